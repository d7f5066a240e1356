namespace P2PMiner.Silo.MachineTuning;

/// <summary>Changes a machine so that it can be put back, whatever happens in between.</summary>
internal sealed class MachineChanges(IMachine machine, SavedValues saved)
{
    /// <summary>Keeps all old values, then writes one place after the other and reads it back. A place that is refused does not hold up the others.</summary>
    /// <exception cref="Security.DataFileException">The old values cannot be kept; nothing is changed.</exception>
    public IReadOnlyList<MachineChanged> Make(IReadOnlyList<MachineChange> changes)
    {
        saved.Keep(changes);
        return [.. changes.Select(Put)];
    }

    /// <summary>Puts everything back, the last change first.</summary>
    /// <returns>For each place what became of it; null where it is gone, as a CPU may be.</returns>
    public IReadOnlyList<(SavedValue Value, MachineChanged? Put)> Undo()
    {
        if (saved.Values.Any(value => value.Path is null) && machine.Registers.Cpus.Count == 0)
        {
            machine.LoadMsrModule();
        }

        List<(SavedValue Value, MachineChanged? Put)> all = [];
        foreach (var value in saved.Values.Reverse())
        {
            all.Add((value, PutBack(value)));
        }

        saved.Reduce([.. all.Where(one => one.Put is { Failure: not null }).Select(one => one.Value).Reverse()]);
        return all;
    }

    private MachineChanged? PutBack(SavedValue value)
    {
        var wanted = new MachineChange(value.Place, Old: value.Value, Wanted: value.Value);
        if (value.Path is null && machine.Registers.Cpus.Count == 0)
        {
            // Not gone: the register keeps what was written there until the machine starts again.
            return new(wanted, null, MsrObstacle.NoModule);
        }

        try
        {
            if (value.Place.Read(machine) is not { } now)
            {
                return null;
            }

            return now == value.Value ? new(wanted, now, null) : Put(wanted);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(wanted, null, Refusal.Of(e));
        }
    }

    private MachineChanged Put(MachineChange change)
    {
        try
        {
            change.Place.Write(machine, change.Wanted);
            return new(change, change.Place.Read(machine), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(change, null, Refusal.Of(e));
        }
    }
}
