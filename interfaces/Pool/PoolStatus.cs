using P2PMiner.Hashing;

namespace P2PMiner.Pool;

/// <summary>The pool session as shown to people. Contains no password and no full wallet address.</summary>
[GenerateSerializer, Immutable, Alias("p2p.PoolStatus")]
public sealed record PoolStatus : IWireValue
{
    [Id(0)] public required PoolState State { get; init; }

    /// <summary>host:port of the pool in use or being tried; null when none is configured.</summary>
    [Id(1)] public string? Pool { get => OutsideText.Clean(field); init; }

    /// <summary>The address it was resolved to; null when unknown, as behind a SOCKS5 proxy.</summary>
    [Id(2)] public string? Ip { get => OutsideText.Clean(field); init; }

    /// <summary>Protocol version such as "TLSv1.3"; null without TLS.</summary>
    [Id(3)] public string? Tls { get => OutsideText.Clean(field); init; }

    /// <summary>SHA-256 of the pool's certificate in DER form, lower-case hex.</summary>
    [Id(4)] public string? TlsFingerprint { get => OutsideText.Clean(field); init; }

    /// <summary>How long the connection has lasted.</summary>
    [Id(5)] public TimeSpan Uptime { get; init; }

    /// <summary>Median round trip of the last submissions; zero before the first.</summary>
    [Id(6)] public TimeSpan Ping { get; init; }

    /// <summary>Connections that failed or ended since the start.</summary>
    [Id(7)] public long Failures { get; init; }

    [Id(8)] public long Accepted { get; init; }
    [Id(9)] public long Rejected { get; init; }

    /// <summary>Shares that waited for a connection and whose job did not come back.</summary>
    [Id(10)] public long Lost { get; init; }

    /// <summary>Difficulty of the current job.</summary>
    [Id(11)] public double Difficulty { get; init; }

    /// <summary>Sum of the difficulties of all accepted shares: the hashes the pool credits.</summary>
    [Id(12)] public double HashesCredited { get; init; }

    [Id(13)] public string? LastError { get => OutsideText.Clean(field); init; }

    /// <summary>URLs of all pools, in order of preference.</summary>
    [Id(14)] public IReadOnlyList<string> Pools { get => OutsideText.CleanAll(field); init; } = [];

    /// <summary>The algorithms offered to pools, preferred first.</summary>
    [Id(15)] public IReadOnlyList<Algorithm> Algorithms { get; init; } = [];

    /// <summary>
    /// Lines, jobs and answers of pools that could not be used, since the start. Many of them mean a bad pool, as for the next two.
    /// </summary>
    [Id(16)] public long SkippedMessages { get; init; }

    /// <summary>Requests and shares that were sent once more because no usable answer came.</summary>
    [Id(17)] public long RetriedRequests { get; init; }

    /// <summary>Requests of pools that were answered with an error, or not at all because there were too many.</summary>
    [Id(18)] public long RefusedRequests { get; init; }

    public string? FindFault() => WireFault.Member(nameof(State), State) ?? WireFault.Time(nameof(Uptime), Uptime) ?? WireFault.Time(nameof(Ping), Ping)
        ?? WireFault.Number(nameof(Difficulty), Difficulty) ?? WireFault.Number(nameof(HashesCredited), HashesCredited)
        ?? WireFault.Each(nameof(Pools), Pools) ?? WireFault.Each(nameof(Algorithms), Algorithms);
}
