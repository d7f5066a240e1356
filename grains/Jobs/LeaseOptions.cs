using System.ComponentModel.DataAnnotations;

namespace P2PMiner.Grains.Jobs;

/// <summary>How work is distributed. Section "Lease".</summary>
public sealed class LeaseOptions
{
    public const string Section = "Lease";

    /// <summary>How long one work unit should keep its peer busy. Default 20 s: a lost peer costs that much at most.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan TargetDuration { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Nonces for a peer whose rate is not known yet. Default 2,000: about 20 s on a small machine in light mode.</summary>
    [Range(1, 1_000_000_000)]
    public int FirstCount { get; set; } = 2_000;

    /// <summary>
    /// A node that gives this many wrong hashes within <see cref="WrongHashWindow"/> is put into quarantine. Default 3: one may be a cosmic ray, three are not.
    /// </summary>
    [Range(1, 1_000)]
    public int WrongHashLimit { get; set; } = 3;

    /// <summary>Default 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan WrongHashWindow { get; set; } = TimeSpan.FromMinutes(10);
}
