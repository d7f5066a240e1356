using System.Globalization;

namespace P2PMiner.Silo.MachineTuning;

/// <summary>Sets huge pages aside for the dataset and the threads.</summary>
/// <param name="plan">Made anew after each step, because memory has changed then.</param>
internal sealed class HugePageTuning(IMachine machine, MachineChanges changes, Func<HugePagePlan> plan)
{
    public const string Name = "HUGE PAGES";

    /// <summary>Writing 1 has the kernel put pages in use together, so that larger ones become free. It holds no value.</summary>
    private const string Compact = "/proc/sys/vm/compact_memory";

    public IEnumerable<TuneLine> Apply()
    {
        var first = plan();
        if (WhyNone(first) is { } why)
        {
            return [new(Name, $"none set aside: {why}")];
        }

        if (first.Huge.Count == 0)
        {
            return [new(Name, "none set aside: the kernel of this machine has no 2 MiB pages")];
        }

        // Those of 1 GB first: each needs free memory in one piece.
        var giant = Set(first.Giant, machine.Root);
        var second = plan();
        var huge = Set(second.Huge, machine.Root);
        var more = first.Giant.Concat(second.Huge).Any(goal => goal.Total > goal.Pool.Total);
        return more && MinerProcesses.AreRunning(machine.Root)
            ? [.. giant, .. huge, new(Name, "p2p-miner is running: it takes these pages only when it is started again")] : [.. giant, .. huge];
    }

    /// <summary>Changes nothing.</summary>
    public static IEnumerable<TuneLine> Status(HugePagePlan plan)
        => WhyNone(plan) is { } why ? [new(Name, why)]
            : [.. plan.Giant.Concat(plan.Huge).Select(goal => new TuneLine(Name,
                $"{goal.PoolName}: {goal.Got} of {goal.Wanted} that hashing would like; {goal.Pool.Total} set aside, {goal.Pool.Free} of them free"))];

    private static string? WhyNone(HugePagePlan plan)
        => plan.Need.IsTooMuch ? "the miner's settings ask for more memory than this machine has free"
            : plan.Need.TotalBytes == 0 ? "the miner's settings use none (Hashing:HugePages)" : null;

    private List<TuneLine> Set(IReadOnlyList<HugePageGoal> goals, string root)
    {
        List<TuneLine> lines = [];
        foreach (var goal in goals.Where(goal => goal.Wanted > 0))
        {
            lines.Add(new(Name, $"{goal.PoolName}: {(goal.Total == goal.Pool.Total ? $"{goal.Wanted} of {goal.Wanted} are there already" : Set(goal, root))}"));
        }

        return lines;
    }

    private string Set(HugePageGoal goal, string root)
    {
        var file = goal.Pool.CountFile;
        var change = new MachineChange(new(file), Text(goal.Pool.Total), Text(goal.Total));
        var made = changes.Make([change])[0];
        if (made is { Failure: null, IsAsWanted: false })
        {
            TryCompact();
            made = changes.Make([change])[0];
        }

        if (made.Failure is { } why)
        {
            return $"not set aside: {why}";
        }

        var got = (goal with { Pool = goal.Pool with { Total = MachineText.Number(root, file) ?? 0 } }).Got;
        return $"{got} of {goal.Wanted} set aside (before: {goal.Pool.Total} in all)" + (got == goal.Wanted ? ""
            : goal.Pool.PageBytes == HugePagePool.GiantBytes ? "; the kernel finds no free gigabyte in one piece, so 2 MiB pages take their place"
            : "; memory is short or in pieces: stop other programs or start the machine again, then tune once more");
    }

    private void TryCompact()
    {
        try
        {
            machine.WriteFile(Compact, "1");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then it is as before.
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
