namespace P2PMiner.Hashing;

/// <summary>A proof-of-work function. The values are those of <c>p2ph_algorithm</c> in the native header.</summary>
public enum Algorithm
{
    /// <summary>RandomX version 1, "rx/0": Monero.</summary>
    RandomX = 0,

    /// <summary>RandomX version 2 with commitments, "rx/2".</summary>
    RandomXV2 = 1,

    /// <summary>GhostRider, "gr": Raptoreum.</summary>
    GhostRider = 2,
}
