using System.Text.Json;
using P2PMiner.Security;

namespace P2PMiner.Silo.MachineTuning;

/// <summary>
/// The values that the machine had before it was tuned, in a file that only root can read. A value gets there, flushed, before its place is changed, and
/// stays until it has been put back: whatever interrupts this program, the first values are never lost.
/// </summary>
internal sealed class SavedValues
{
    public const string Folder = "/run/p2p-miner-tune";
    public const string FileName = "state.json";

    private const int MaxBytes = 64 << 20;

    private readonly DataStore _store;
    private readonly string _boot;

    /// <param name="root">Where /run and /proc lie; "/" outside tests.</param>
    /// <exception cref="DataFileException">The file cannot be read, or was not written here; nothing may be changed then, because what is there now may not be
    /// what was there at first.</exception>
    public SavedValues(string root = "/")
    {
        _store = new(MachineText.Place(root, Folder));
        _boot = MachineText.Read(root, "/proc/sys/kernel/random/boot_id") ?? "";
        Values = Load();
    }

    /// <summary>In the order of the changes; empty: nothing is changed.</summary>
    public IReadOnlyList<SavedValue> Values { get; private set; }

    public string Path => _store.PathOf(FileName);

    /// <summary>Keeps other processes from tuning at the same time.</summary>
    /// <exception cref="DataFileException">One is at it.</exception>
    public static IDisposable Lock(string root = "/") => new DataStore(MachineText.Place(root, Folder)).Lock("another p2p-miner tune is at work");

    /// <summary>Before these changes are made. Where a place was changed before, its first value stays.</summary>
    public void Keep(IEnumerable<MachineChange> changes)
    {
        var known = Values.Select(value => value.Place).ToHashSet();
        var more = changes.Where(change => known.Add(change.Place)).Select(SavedValue.Of).ToList();
        if (more.Count > 0)
        {
            Replace([.. Values, .. more]);
        }
    }

    /// <summary>After the others have been put back. With none left the file goes away.</summary>
    public void Reduce(IReadOnlyList<SavedValue> left)
    {
        if (left.Count > 0)
        {
            Replace([.. left]);
            return;
        }

        _store.Remove(FileName);
        Values = [];
    }

    private void Replace(SavedValue[] values)
    {
        _store.Replace(FileName, JsonSerializer.SerializeToUtf8Bytes(new() { Boot = _boot, Values = values }, SavedMachineJson.Default.SavedMachine));
        Values = values;
    }

    private SavedValue[] Load()
    {
        if (_store.Read(FileName, MaxBytes) is not { } bytes)
        {
            return [];
        }

        try
        {
            var saved = JsonSerializer.Deserialize(bytes, SavedMachineJson.Default.SavedMachine);
            if (saved?.Values?.All(value => value?.IsPlausible() == true) == true)
            {
                return saved.Boot == _boot ? saved.Values : [];
            }
        }
        catch (JsonException)
        {
            // Told below.
        }

        throw new DataFileException($"{Path}: is damaged, so it is not known how the machine was before; remove the file, and start the machine again to undo "
            + "what was changed");
    }
}
