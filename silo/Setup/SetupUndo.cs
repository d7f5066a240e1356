using System.Globalization;
using System.Security.Cryptography;
using P2PMiner.Security;

namespace P2PMiner.Silo.Setup;

/// <summary>
/// Gives back what the last setup changed, and nothing else. Every step looks first how things stand, so it may be ended anywhere and done again.
/// </summary>
/// <param name="settings">Name of the settings file in <paramref name="store"/>.</param>
/// <param name="keyOf">The key in a data folder.</param>
internal sealed class SetupUndo(
    ISetupStore store, string settings, SetupHistory history, Func<string, INodeKey> keyOf, IServiceManager services, TimeProvider clock, Action<string> say)
{
    /// <summary>What others changed in the settings file since is kept under its name and this.</summary>
    private const string AsideWord = "changed";

    private readonly List<string> _done = [];

    /// <returns>False: a unit could not be brought back; what it said is told, and the rest is done, so that undo may be tried again.</returns>
    /// <exception cref="IOException">A file cannot be written; undo may be tried again.</exception>
    public bool Run()
    {
        if (history.Count == 0)
        {
            say($"nothing to undo: no setup has written {store.PathOf(settings)}");
            return true;
        }

        var units = history.LastChanges.Select(change => change.Unit).OfType<SetupChange.UnitBefore>().Reverse().ToList();

        // What was not running is stopped before its settings go, and what was running gets its former ones after they are back.
        var isGood = units.Aggregate(true, (good, unit) => Stop(unit) && good);
        foreach (var change in history.LastChanges.Reverse())
        {
            GiveBack(change);
        }

        isGood = units.AsEnumerable().Reverse().Aggregate(isGood, (good, unit) => Restart(unit) && good);
        if (isGood)
        {
            var began = history.LastBegan.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
            history.Forget();
            say(_done.Count == 0 ? $"the setup of {began} UTC is undone: all was as before already" : $"the setup of {began} UTC is undone");
            if (history.Count > 0)
            {
                say(string.Create(CultureInfo.InvariantCulture, $"{history.Count} earlier setup{(history.Count == 1 ? "" : "s")} can be undone in the same way"));
            }
        }

        return isGood;
    }

    private bool Stop(SetupChange.UnitBefore unit) => Try(unit, state =>
    {
        if (!unit.WasActive && state.IsActive)
        {
            services.Stop(unit.Name);
            Say($"stopped {unit.Name}");
        }

        if (!unit.WasEnabled && state.IsEnabled)
        {
            services.Disable(unit.Name);
            Say($"disabled {unit.Name}: it no longer starts at boot");
        }
    });

    private bool Restart(SetupChange.UnitBefore unit) => Try(unit, state =>
    {
        if (unit.WasActive && state.IsActive)
        {
            services.Restart(unit.Name);
            Say($"restarted {unit.Name}");
        }
    });

    private bool Try(SetupChange.UnitBefore unit, Action<UnitState> bring)
    {
        if (services.Obstacle is { } obstacle)
        {
            say($"FAILED: {unit.Name} stays as it is, because {obstacle}");
            return false;
        }

        if (!services.Has(unit.Name))
        {
            // The package is gone, and the unit with it.
            return true;
        }

        try
        {
            bring(services.State(unit.Name));
            return true;
        }
        catch (SetupException error)
        {
            say($"FAILED: {error.Message}");
            return false;
        }
    }

    private void GiveBack(SetupChange change)
    {
        if (change.Key is { } joined)
        {
            var aside = keyOf(joined.Folder).GiveBack(joined.Content);
            if (aside is not null)
            {
                Say($"left the cluster; its key is kept in {aside}, delete it when it is no longer needed");
            }
        }

        if (change.File is { } file)
        {
            GiveBack(file);
        }
    }

    private void GiveBack(SetupChange.FileBefore file)
    {
        var present = store.Read(settings);
        if (present is null ? file.Content is null : file.Content is not null && present.AsSpan().SequenceEqual(file.Content))
        {
            GiveBackMode(file);
            return;
        }

        if (present is not null && Convert.ToHexStringLower(SHA256.HashData(present)) != file.Written)
        {
            var aside = DataStore.AsideNames(settings, AsideWord, clock.GetUtcNow()).First(name => store.Read(name) is null);
            store.Write(aside, present, isSecret: true);
            Say($"kept {store.PathOf(settings)}, which was changed after setup, as {store.PathOf(aside)}");
        }

        if (file.Content is null)
        {
            store.Remove(settings);
            Say($"removed {store.PathOf(settings)}");
        }
        else
        {
            store.Write(settings, file.Content, isSecret: false);
            GiveBackMode(file);
            Say($"gave back {store.PathOf(settings)} as it was");
        }
    }

    private void GiveBackMode(SetupChange.FileBefore file)
    {
        if (file.Mode is { } mode && store.ModeOf(settings) != mode)
        {
            store.SetMode(settings, mode);
        }
    }

    private void Say(string line)
    {
        _done.Add(line);
        say(line);
    }
}
