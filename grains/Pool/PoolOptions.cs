using System.ComponentModel.DataAnnotations;
using P2PMiner.Pools.Connections;

namespace P2PMiner.Grains.Pool;

/// <summary>Where shares go. Section "Pool".</summary>
public sealed class PoolOptions
{
    public const string Section = "Pool";

    /// <summary>In order of preference; later ones serve while earlier ones fail. Empty: no work, unless <see cref="Practice"/>.</summary>
    public List<PoolEntry> Pools { get; set; } = [];

    /// <summary>Mine against the built-in practice pool on loopback instead of <see cref="Pools"/>.</summary>
    public bool Practice { get; set; }

    /// <summary>Attempts at the first pool before the next is tried. Default 5; later pools get one each.</summary>
    [Range(1, 100)]
    public int Retries { get; set; } = 5;

    /// <summary>First pause between attempts; doubles up to <see cref="LongestPause"/>, with jitter. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan RetryPause { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Default 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>While on a later pool, how often the first is tried again. Default 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan FailBackInterval { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long mining goes on with the last job after the connection was lost. Default 30 s: a short break loses nothing, a long one burns no power.
    /// Jobs of Stratum v1 end with their connection, and mining with them.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan OfflineGrace { get; set; } = TimeSpan.FromSeconds(30);
}
