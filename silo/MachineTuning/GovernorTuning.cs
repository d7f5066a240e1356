namespace P2PMiner.Silo.MachineTuning;

/// <summary>Has the processor run at full clock speed.</summary>
internal sealed class GovernorTuning(IMachine machine, MachineChanges changes)
{
    public const string Name = "GOVERNOR";

    public IEnumerable<TuneLine> Apply()
    {
        var policies = FrequencyPolicy.ReadAll(machine.Root);
        if (FindObstacle(policies) is { } why)
        {
            return [new(Name, $"left as it is: {why}")];
        }

        var able = Able(policies);
        var made = changes.Make([.. from policy in able where policy.Governor != FrequencyPolicy.Performance
            select new MachineChange(new(policy.GovernorFile), policy.Governor, FrequencyPolicy.Performance)]);
        return [.. Tell(able.Count, made)];
    }

    /// <summary>Why it cannot be set here, by whomever; null: it can.</summary>
    /// <param name="root">Where /sys lies; "/" outside tests.</param>
    public static string? FindObstacle(string root) => FindObstacle(FrequencyPolicy.ReadAll(root));

    private static string? FindObstacle(IReadOnlyList<FrequencyPolicy> policies)
        => policies.Count == 0 ? "the kernel does not choose the clock speed of this machine"
            : Able(policies).Count == 0 ? $"the kernel has no governor {FrequencyPolicy.Performance}"
            : null;

    private static List<FrequencyPolicy> Able(IEnumerable<FrequencyPolicy> policies)
        => [.. policies.Where(policy => policy.Available.Contains(FrequencyPolicy.Performance))];

    /// <summary>Changes nothing.</summary>
    public static TuneLine Status(string root)
    {
        var governors = FrequencyPolicy.ReadAll(root).GroupBy(policy => policy.Governor).OrderByDescending(group => group.Count()).ToList();
        return new(Name, governors.Count == 0 ? "the kernel does not choose the clock speed of this machine"
            : string.Join(", ", governors.Select(group => $"{group.Key} for {Count.Of(group.Count(), "group")} of CPUs")));
    }

    private static IEnumerable<TuneLine> Tell(int all, IReadOnlyList<MachineChanged> made)
    {
        if (made.Count == 0)
        {
            yield return new(Name, $"{FrequencyPolicy.Performance} already");
            yield break;
        }

        var set = made.Count(one => one.IsAsWanted);
        var before = string.Join(", ", made.Select(one => one.Change.Old).Distinct());
        yield return new(Name, $"{FrequencyPolicy.Performance} for {all - made.Count + set} of {Count.Of(all, "group")} of CPUs (before: {before})");
        if (made.FirstOrDefault(one => !one.IsAsWanted) is { Change.Place.Path: { } path } wrong)
        {
            yield return new(Name, $"{path}: {wrong.Failure ?? $"is {wrong.Now} all the same"}");
        }
    }
}
