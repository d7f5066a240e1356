namespace P2PMiner.Silo.MachineTuning;

/// <summary>Has the processor run at full clock speed.</summary>
internal sealed class GovernorTuning(IMachine machine, MachineChanges changes)
{
    public const string Name = "GOVERNOR";

    public IEnumerable<TuneLine> Apply()
    {
        var policies = FrequencyPolicy.ReadAll(machine.Root);
        if (policies.Count == 0)
        {
            return [new(Name, "left as it is: the kernel does not choose the clock speed of this machine")];
        }

        var able = policies.Where(policy => policy.Available.Contains(FrequencyPolicy.Performance)).ToList();
        if (able.Count == 0)
        {
            return [new(Name, $"left as it is: the kernel has no governor {FrequencyPolicy.Performance}")];
        }

        var made = changes.Make([.. from policy in able where policy.Governor != FrequencyPolicy.Performance
            select new MachineChange(new(policy.GovernorFile), policy.Governor, FrequencyPolicy.Performance)]);
        return [.. Tell(able.Count, made)];
    }

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
