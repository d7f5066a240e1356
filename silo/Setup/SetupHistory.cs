using System.Text.Json;
using System.Text.Json.Serialization;

namespace P2PMiner.Silo.Setup;

/// <summary>
/// What setups changed, each with what was there before, in a file beside the settings. Written before each change, so that whatever ends a setup, all that it
/// may have changed is in here.
/// </summary>
/// <param name="settings">Name of the settings file in <paramref name="store"/>.</param>
internal sealed partial class SetupHistory(ISetupStore store, string settings, TimeProvider clock)
{
    /// <summary>Follows the name of the settings file.</summary>
    public const string Suffix = ".undo";

    /// <summary>Older setups can no longer be undone.</summary>
    private const int MaxRuns = 50;

    private readonly List<Run> _runs = Read(store, settings + Suffix);
    private bool _hasBegun;

    /// <summary>Setups that can be undone.</summary>
    public int Count => _runs.Count;

    public DateTimeOffset LastBegan => _runs[^1].Began;

    /// <summary>Of the last setup, in the order in which they were made.</summary>
    public IReadOnlyList<SetupChange> LastChanges => _runs[^1].Changes;

    /// <summary>To be called before the change is made.</summary>
    public void Record(SetupChange change)
    {
        if (!_hasBegun)
        {
            _runs.Add(new(clock.GetUtcNow(), []));
            _hasBegun = true;
        }

        _runs[^1].Changes.Add(change);
        _runs.RemoveRange(0, Math.Max(0, _runs.Count - MaxRuns));
        Write();
    }

    /// <summary>The last setup is undone.</summary>
    public void Forget()
    {
        _runs.RemoveAt(_runs.Count - 1);
        if (_runs.Count > 0)
        {
            Write();
        }
        else
        {
            store.Remove(settings + Suffix);
        }
    }

    private void Write() => store.Write(settings + Suffix, JsonSerializer.SerializeToUtf8Bytes(_runs, Json.Default.ListRun), isSecret: true);

    private static List<Run> Read(ISetupStore store, string name)
    {
        try
        {
            var runs = store.Read(name) is { } content ? JsonSerializer.Deserialize(content, Json.Default.ListRun) ?? throw new JsonException() : [];
            return runs.All(run => run?.Changes is { Count: > 0 } changes && changes.All(IsWhole)) ? runs : throw new JsonException();
        }
        catch (JsonException)
        {
            throw new SetupException($"{store.PathOf(name)}: is damaged, so that earlier setups cannot be undone; move it away to go on");
        }
    }

    private static bool IsWhole(SetupChange? change) => change switch
    {
        { File.Written: not null, Key: null, Unit: null } => true,
        { File: null, Key.Folder: not null, Unit: null } => true,
        { File: null, Key: null, Unit.Name: not null } => true,
        _ => false,
    };

    private sealed record Run(DateTimeOffset Began, List<SetupChange> Changes);

    [JsonSourceGenerationOptions(WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonSerializable(typeof(List<Run>))]
    private sealed partial class Json : JsonSerializerContext;
}
