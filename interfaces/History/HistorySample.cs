using P2PMiner.Hashing;
using P2PMiner.Peers;

namespace P2PMiner.History;

/// <summary>
/// What one node, or the cluster, did in one minute or in ten. Counts are those of this time only, so they can be added up. What was not known is null. A time
/// without a sample was not observed: it is a gap, not a zero.
/// </summary>
[GenerateSerializer, Immutable, Alias("p2p.HistorySample")]
public sealed record HistorySample : IWireValue
{
    /// <summary>The most of anything that is counted in one sample: sums of many of them still fit.</summary>
    public const long MostCounted = 1L << 53;

    /// <summary>The end of the year 9999.</summary>
    private const long LastUnixSeconds = 253_402_300_799;

    /// <summary>Null: the cluster, as its master saw it.</summary>
    [Id(0)] public NodeId? Node { get; init; }

    [Id(1)] public HistoryStep Step { get; init; }

    /// <summary>When it begins, in unix seconds: a multiple of the step.</summary>
    [Id(2)] public required long UnixSeconds { get; init; }

    /// <summary>How many seconds of the step were observed: fewer than it has if the node started within it, or parts of it are missing.</summary>
    [Id(3)] public required int ObservedSeconds { get; init; }

    /// <summary>Mean over the time observed. Of the cluster: of all living nodes together.</summary>
    [Id(4)] public required HashRate Rate { get; init; }

    /// <summary>Hashes done.</summary>
    [Id(5)] public required long Hashes { get; init; }

    /// <summary>A node's: those it found. The cluster's: all that were judged.</summary>
    [Id(6)] public required ShareCounts Shares { get; init; }

    /// <summary>Cluster only: of the job at the end.</summary>
    [Id(7)] public double? Difficulty { get; init; }

    /// <summary>Cluster only: mean of the pool's round trip.</summary>
    [Id(8)] public TimeSpan? Latency { get; init; }

    /// <summary>Cluster only: host:port of the pool at the end; null: none.</summary>
    [Id(9)] public string? Pool { get => OutsideText.Clean(field); init; }

    /// <summary>Cluster only: living nodes at the end.</summary>
    [Id(10)] public int? Nodes { get; init; }

    /// <summary>Cluster only: sum of the difficulties of the shares that the pool accepted.</summary>
    [Id(11)] public double? Credited { get; init; }

    /// <summary>Node only, as the next five: at the end.</summary>
    [Id(12)] public PeerState? State { get; init; }

    [Id(13)] public int? Threads { get; init; }
    [Id(14)] public long? HugePages { get; init; }
    [Id(15)] public long? HugePagesWanted { get; init; }

    /// <summary>"fast", "partial" or "light", empty while no dataset is held.</summary>
    [Id(16)] public string? DatasetMode { get => OutsideText.Clean(field); init; }

    /// <summary>Node only, as the next: mean of the processor's temperature in °C; null: it cannot be read.</summary>
    [Id(17)] public double? Celsius { get; init; }

    /// <summary>Mean power of the processors; null: it cannot be read.</summary>
    [Id(18)] public double? Watts { get; init; }

    public DateTimeOffset Start => DateTimeOffset.FromUnixTimeSeconds(UnixSeconds);

    /// <summary>
    /// Samples of one series as one sample of ten minutes: counts are added, means are weighted by the time observed, and what is told of the end is that of
    /// the latest sample.
    /// </summary>
    /// <param name="samples">One or more, in order of time, all within the same ten minutes.</param>
    public static HistorySample Merge(IReadOnlyList<HistorySample> samples)
    {
        var last = samples[^1];
        return last with
        {
            Step = HistoryStep.TenMinutes,
            UnixSeconds = HistoryStep.TenMinutes.BucketOf(last.UnixSeconds),
            ObservedSeconds = (int)Math.Min(HistoryStep.TenMinutes.Seconds(), samples.Sum(sample => (long)sample.ObservedSeconds)),
            Rate = new(Mean(samples, sample => sample.Rate.PerSecond) ?? 0),
            Hashes = samples.Sum(sample => sample.Hashes),
            Shares = samples.Aggregate(default(ShareCounts), (sum, sample) => sum + sample.Shares),
            Difficulty = samples.LastOrDefault(sample => sample.Difficulty is not null)?.Difficulty,
            Latency = Mean(samples, sample => sample.Latency?.TotalMilliseconds) is { } latency ? TimeSpan.FromMilliseconds(latency) : null,
            Credited = samples.Any(sample => sample.Credited is not null) ? samples.Sum(sample => sample.Credited ?? 0) : null,
            Celsius = Mean(samples, sample => sample.Celsius),
            Watts = Mean(samples, sample => sample.Watts),
        };
    }

    public string? FindFault() => WireFault.Member(nameof(Step), Step) ?? WireFault.Number(nameof(UnixSeconds), UnixSeconds, LastUnixSeconds)
        ?? WireFault.Number(nameof(ObservedSeconds), ObservedSeconds, HistoryStep.TenMinutes.Seconds()) ?? WireFault.Of(nameof(Rate), Rate)
        ?? WireFault.Number(nameof(Hashes), Hashes, MostCounted) ?? WireFault.Of(nameof(Shares), Shares)
        ?? WireFault.Number(nameof(Difficulty), Difficulty ?? 0) ?? WireFault.Time(nameof(Latency), Latency ?? default)
        ?? WireFault.OptionalText(nameof(Pool), Pool) ?? WireFault.Number(nameof(Nodes), Nodes ?? 0L) ?? WireFault.Number(nameof(Credited), Credited ?? 0)
        ?? (State is { } state ? WireFault.Member(nameof(State), state) : null) ?? WireFault.Number(nameof(Threads), Threads ?? 0L)
        ?? WireFault.Number(nameof(HugePages), HugePages ?? 0) ?? WireFault.Number(nameof(HugePagesWanted), HugePagesWanted ?? 0)
        ?? WireFault.OptionalText(nameof(DatasetMode), DatasetMode)
        ?? (Celsius is null or (>= -273 and <= 1000) ? null : $"{nameof(Celsius)} is {Celsius}")
        ?? (Watts is null or (>= 0 and <= 1e6) ? null : $"{nameof(Watts)} is {Watts}");

    private static double? Mean(IReadOnlyList<HistorySample> samples, Func<HistorySample, double?> value)
    {
        double sum = 0, weights = 0, plain = 0;
        var count = 0;
        foreach (var sample in samples)
        {
            if (value(sample) is { } one)
            {
                sum += one * sample.ObservedSeconds;
                weights += sample.ObservedSeconds;
                plain += one;
                count++;
            }
        }

        return count == 0 ? null : weights > 0 ? sum / weights : plain / count;
    }
}
