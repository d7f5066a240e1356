using System.ComponentModel.DataAnnotations;
using System.Net;
using P2PMiner.Hashing;

namespace P2PMiner.Pools.Practice;

/// <summary>The built-in Stratum server. Section "PracticePool".</summary>
public sealed class PracticePoolOptions : IValidatableObject
{
    public const string Section = "PracticePool";

    /// <summary>The address to listen on. Default loopback: nobody else sees it.</summary>
    public string Bind { get; set; } = "127.0.0.1";

    /// <summary>Default 0: the system picks a free port.</summary>
    [Range(0, 65535)]
    public int Port { get; set; }

    /// <summary>How often a new block makes earlier jobs worthless. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.250", "1.00:00:00")]
    public TimeSpan BlockInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the same block gets a job with a new blob, as on pools for new transactions. Default zero: never.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan RefreshInterval { get; set; }

    /// <summary>The time between shares that each connection's difficulty aims at. Default 3 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan ShareInterval { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Difficulty of a new miner. Default 500: 1 to 6 s a share at 80 to 500 H/s.</summary>
    [Range(1UL, 1_000_000_000_000UL)]
    public ulong StartDifficulty { get; set; } = 500;

    /// <summary>
    /// Default 100: a miner falls to it while it makes its dataset, and it is not so low that its first shares then come in a flood.
    /// </summary>
    [Range(1UL, 1_000_000_000_000UL)]
    public ulong MinDifficulty { get; set; } = 100;

    /// <summary>Default 10^12. Equal to <see cref="MinDifficulty"/>: the difficulty never changes.</summary>
    [Range(1UL, 1_000_000_000_000UL)]
    public ulong MaxDifficulty { get; set; } = 1_000_000_000_000;

    /// <summary>Seed hash of the jobs, 64 hex digits. By default always the same, so that a miner makes its dataset once.</summary>
    public string Seed { get; set; } = "844ecbdbe2ebf3d400666f8f8612063b5e254839b27b0f34addd76b01f7d31f8";

    /// <summary>Fix nonce byte 3 (blob byte 42) for each connection and offer the extension "nicehash".</summary>
    public bool NiceHash { get; set; }

    /// <summary>Send targets as 8 hex digits while the difficulty allows, not as 16.</summary>
    public bool ShortTargets { get; set; }

    /// <summary>Stratum v1: the pool's part of the extra nonce. Default 4.</summary>
    [Range(1, 32)]
    public int ExtraNonce1Bytes { get; set; } = 4;

    /// <summary>Stratum v1: the miner's part of the extra nonce. Default 4.</summary>
    [Range(1, 32)]
    public int ExtraNonce2Bytes { get; set; } = 4;

    /// <summary>Stratum v1: send the first job before the miner has authorized, as some pools do.</summary>
    public bool EarlyNotify { get; set; }

    /// <summary>
    /// Stratum v1: how often the difficulty is doubled and halved in turn, in addition to what the rate asks for. Default zero: never. For
    /// tests of miners.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan DifficultyChangeInterval { get; set; }

    /// <summary>How long extra nonce, difficulty and jobs are kept for a miner that lost its connection. Default 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan ResumeTime { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest request line. Default 8 KiB; the longest honest one is a login with a long agent.</summary>
    [Range(512, 1 << 20)]
    public int MaxLineBytes { get; set; } = 8192;

    [Range(1, 100_000)]
    public int MaxConnections { get; set; } = 256;

    [Range(1, 100_000)]
    public int MaxConnectionsPerIp { get; set; } = 64;

    /// <summary>What one connection may ask for in the long run; above it the server reads more slowly. Default 20.</summary>
    [Range(1, 100_000)]
    public int RequestsPerSecond { get; set; } = 20;

    /// <summary>Requests answered at once before <see cref="RequestsPerSecond"/> holds. Default 100.</summary>
    [Range(1, 100_000)]
    public int RequestBurst { get; set; } = 100;

    /// <summary>From the connection to the login, TLS included. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.250", "00:10:00")]
    public TimeSpan LoginTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Without a whole line for so long, the connection ends. Default 5 min; miners keep alive each minute.</summary>
    [Range(typeof(TimeSpan), "00:00:00.250", "1.00:00:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// An address is banned after this many bad requests, less its good shares. A share with a wrong hash counts 5. Default 15.
    /// </summary>
    [Range(1, 1_000_000)]
    public int BanScore { get; set; } = 15;

    /// <summary>Default 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan BanTime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Lines that wait for a connection that reads slowly; one more and it is dropped. Default 64.</summary>
    [Range(4, 10_000)]
    public int SendQueueLength { get; set; } = 64;

    /// <summary>Accepted shares remembered for <see cref="PracticePool.GetLedger"/>. Default 100,000; the oldest go first.</summary>
    [Range(0, 10_000_000)]
    public int LedgerSize { get; set; } = 100_000;

    public IEnumerable<ValidationResult> Validate(ValidationContext context)
    {
        if (!IPAddress.TryParse(Bind, out _))
        {
            yield return new($"{nameof(Bind)}: '{Bind}' is not an IP address", [nameof(Bind)]);
        }

        if (!Hash256.TryParse(Seed, out _))
        {
            yield return new($"{nameof(Seed)}: '{Seed}' is not 64 hex digits", [nameof(Seed)]);
        }

        if (MinDifficulty > StartDifficulty || StartDifficulty > MaxDifficulty)
        {
            yield return new(
                $"{nameof(StartDifficulty)}: {StartDifficulty} is not between {nameof(MinDifficulty)} and {nameof(MaxDifficulty)}",
                [nameof(StartDifficulty)]);
        }
    }
}
