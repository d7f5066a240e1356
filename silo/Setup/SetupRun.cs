using System.Security.Cryptography;

namespace P2PMiner.Silo.Setup;

/// <summary>
/// Carries out a plan, one step after the other. What a step changes is recorded first, so that it can be undone wherever this ends.
/// </summary>
/// <param name="settings">Name of the settings file in <paramref name="store"/>.</param>
internal sealed class SetupRun(ISetupStore store, string settings, SetupHistory history, INodeKey key, IServiceManager services, Action<string> say)
{
    /// <returns>False: a unit could not be started; what it said is told, and the rest is done.</returns>
    /// <exception cref="IOException">A file cannot be written; nothing of the later steps is done.</exception>
    /// <exception cref="OperationCanceledException">Between two steps.</exception>
    public bool Apply(SetupPlan plan, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (plan.Settings is { } values)
        {
            var content = SettingsText.Write(values);
            history.Record(new() { File = new(store.Read(settings), store.ModeOf(settings), Convert.ToHexStringLower(SHA256.HashData(content))) });
            store.Write(settings, content, isSecret: false);
            say($"wrote {store.PathOf(settings)}");
        }

        cancellation.ThrowIfCancellationRequested();
        if (plan.Key is { } member)
        {
            history.Record(new() { Key = new(key.Folder, key.Content()) });
            var kept = key.Join(member);
            say($"joined {member}: its key is in {key.Folder}");
            if (kept is not null)
            {
                say($"the former key is kept in {kept}; delete it when it is no longer needed");
            }
        }

        var isGood = true;
        foreach (var unit in plan.Units)
        {
            cancellation.ThrowIfCancellationRequested();
            isGood &= Apply(unit);
        }

        return isGood;
    }

    private bool Apply(SetupPlan.UnitPlan unit)
    {
        try
        {
            var state = services.State(unit.Name);
            history.Record(new() { Unit = new(unit.Name, state.IsEnabled, state.IsActive) });
            if (unit.Enable && !state.IsEnabled)
            {
                services.Enable(unit.Name);
                say($"enabled {unit.Name}: it starts at each boot");
            }

            if (state.IsActive)
            {
                services.Restart(unit.Name);
                say($"restarted {unit.Name}");
            }
            else if (unit.Enable)
            {
                services.Start(unit.Name);
                say($"started {unit.Name}");
            }

            return true;
        }
        catch (SetupException error)
        {
            say($"FAILED: {error.Message}");
            return false;
        }
    }
}
