using P2PMiner.Alerts;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Alerts;

/// <summary>
/// Makes changes of what is seen again and again: one when something has been bad for long enough, one when it has been well for long enough, and so on in
/// turn. Begins with what earlier masters told. Plain state of one reign; one caller at a time.
/// </summary>
internal sealed class AlertBook(TimeProvider clock)
{
    /// <summary>
    /// How long whatever is told holds at least. It keeps flutter away, and a new master silent until the others have said what was told before.
    /// </summary>
    public static readonly TimeSpan Settled = TimeSpan.FromSeconds(30);

    private readonly Dictionary<AlertKey, Entry> _entries = [];

    /// <summary>What is bad now, as decided here or told before.</summary>
    public IEnumerable<AlertKey> Open => _entries.Where(pair => pair.Value.IsOpen).Select(pair => pair.Key);

    /// <summary>Takes over what was told by others, except where this reign has decided already.</summary>
    public void Learn(IEnumerable<ToldAlert> told)
    {
        foreach (var one in told.Where(one => !AlertRule.IsNews(one.Rule)))
        {
            var entry = Entry.Of(_entries, new(one.Rule, one.Node));
            if (!entry.IsDecided)
            {
                (entry.IsOpen, entry.Changed) = (one.IsOpen, one.Time);
            }
        }
    }

    /// <param name="verdicts">One for each thing that is looked at now. What is missing cannot be said now.</param>
    public IReadOnlyList<AlertChange> Look(IEnumerable<Verdict> verdicts)
    {
        var looked = new HashSet<AlertKey>();
        var changes = new List<AlertChange>();
        foreach (var verdict in verdicts.Where(verdict => looked.Add(verdict.Key)))
        {
            var entry = Entry.Of(_entries, verdict.Key);
            if (verdict.IsBad is not { } isBad || isBad == entry.IsOpen)
            {
                entry.Since = null;
                continue;
            }

            entry.Since ??= clock.GetTimestamp();
            if (clock.GetElapsedTime(entry.Since.Value) >= (isBad && verdict.After > Settled ? verdict.After : Settled))
            {
                changes.Add(Change(verdict, entry));
            }
        }

        foreach (var (key, entry) in _entries.Where(pair => !looked.Contains(pair.Key)).ToArray())
        {
            entry.Since = null;
            if (entry is { IsOpen: false, IsDecided: false })
            {
                _entries.Remove(key);
            }
        }

        return changes;
    }

    private AlertChange Change(Verdict verdict, Entry entry)
    {
        var now = clock.GetUtcNow();
        var text = entry.IsOpen && entry.Changed is { } since ? $"{verdict.Text}, after {DurationText.Of(now - since)}" : verdict.Text;
        (entry.IsOpen, entry.IsDecided, entry.Since, entry.Changed) = (!entry.IsOpen, true, null, now);
        return new(verdict.Rule, verdict.Node, entry.IsOpen ? AlertChangeKind.Bad : AlertChangeKind.Good, text, now);
    }

    private sealed class Entry
    {
        public bool IsOpen { get; set; }

        /// <summary>By this master; what others tell of it is older.</summary>
        public bool IsDecided { get; set; }

        /// <summary>When it became bad or well.</summary>
        public DateTimeOffset? Changed { get; set; }

        /// <summary>Since when it is otherwise than told.</summary>
        public long? Since { get; set; }

        public static Entry Of(Dictionary<AlertKey, Entry> entries, AlertKey key)
        {
            if (!entries.TryGetValue(key, out var entry))
            {
                entries[key] = entry = new();
            }

            return entry;
        }
    }
}
