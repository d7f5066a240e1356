namespace P2PMiner.Silo.MachineTuning;

/// <summary>Tunes a machine and puts it back.</summary>
internal sealed class Tuner(IMachine machine, SavedValues saved)
{
    private readonly MachineChanges _changes = new(machine, saved);

    /// <summary>Line by line as it is done. What this machine or its kernel refuses is told, and is no error.</summary>
    /// <exception cref="Security.DataFileException">The old values cannot be kept; nothing more is changed.</exception>
    /// <exception cref="Native.HashEngineException">Of <paramref name="plan"/>.</exception>
    public IEnumerable<TuneLine> Apply(TuningOptions options, Func<HugePagePlan> plan)
    {
        yield return new("CPU", CpuModel.Read(machine.Root).ToString());
        foreach (var line in options.Governor ? new GovernorTuning(machine, _changes).Apply() : [NotWanted(GovernorTuning.Name, nameof(options.Governor))])
        {
            yield return line;
        }

        foreach (var line in options.Msr ? new MsrTuning(machine, _changes).Apply() : [NotWanted(MsrTuning.Name, nameof(options.Msr))])
        {
            yield return line;
        }

        foreach (var line in options.HugePages ? new HugePageTuning(machine, _changes, plan).Apply()
            : [NotWanted(HugePageTuning.Name, nameof(options.HugePages))])
        {
            yield return line;
        }
    }

    /// <summary>Changes nothing.</summary>
    public static IEnumerable<TuneLine> Status(HugePagePlan plan, SavedValues? saved, string root = "/")
    {
        var transparent = TransparentHugePages.Read(root);
        return
        [
            new("CPU", CpuModel.Read(root).ToString()),
            GovernorTuning.Status(root),
            .. MsrTuning.Status(MsrView.Read(root)),
            .. HugePageTuning.Status(plan),
            new("TRANSPARENT", transparent.Enabled.Length == 0 ? "the kernel has no transparent huge pages" : $"huge pages without any set aside: {transparent.Enabled}"),
            .. saved is null ? Array.Empty<TuneLine>() : [new("TUNED", saved.Values.Count == 0 ? "no: nothing is changed by tune apply"
                : $"yes: {Count.Of(saved.Values.Count, "value")} in {saved.Path} for tune restore")],
        ];
    }

    /// <param name="isComplete">False: something could not be put back, and is kept for the next try.</param>
    public IReadOnlyList<TuneLine> Restore(out bool isComplete)
    {
        var undone = _changes.Undo();
        isComplete = undone.All(one => one.Put is not { Failure: not null });
        if (undone.Count == 0)
        {
            return [new("RESTORE", "nothing to put back: this machine is not tuned")];
        }

        return [.. undone.GroupBy(one => NameOf(one.Value)).SelectMany(group => Tell(group.Key, [.. group]))];
    }

    private static IEnumerable<TuneLine> Tell(string name, (SavedValue Value, MachineChanged? Put)[] undone)
    {
        yield return new(name, $"{undone.Count(one => one.Put is { Failure: null })} of {Count.Of(undone.Length, "value")} put back");
        foreach (var (value, put) in undone)
        {
            if (put is null)
            {
                yield return new(name, $"{value.Place} is not there any more");
            }
            else if (put is { Failure: { } why })
            {
                yield return new(name, $"{value.Place} could not be put back: {why}");
            }
            else if (put is { IsAsWanted: false, Now: { } now })
            {
                yield return new(name, name == HugePageTuning.Name ? $"{value.Place}: {now} pages; those still in use go back when their programs end"
                    : $"{value.Place} did not keep {value.Value} and has {now}");
            }
        }
    }

    private static TuneLine NotWanted(string name, string setting) => new(name, $"left as it is: {TuningOptions.Section}:{setting} is false");

    private static string NameOf(SavedValue value)
        => value.Path is null or MsrTuning.AllowWrites ? MsrTuning.Name
            : value.Path.EndsWith("/scaling_governor", StringComparison.Ordinal) ? GovernorTuning.Name : HugePageTuning.Name;
}
