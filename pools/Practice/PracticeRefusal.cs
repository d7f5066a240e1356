namespace P2PMiner.Pools.Practice;

/// <summary>Why the practice pool refused a request.</summary>
public enum PracticeRefusal
{
    LowDifficulty = 0,
    Duplicate = 1,

    /// <summary>The share is of an earlier block.</summary>
    Expired = 2,

    UnknownJob = 3,

    /// <summary>Not 8 hex digits, or not the nonce byte that this connection was given.</summary>
    InvalidNonce = 4,

    /// <summary>The hash that was handed in is not the hash of the blob; or, of rx/2, the result is not the commitment to it.</summary>
    WrongHash = 5,

    Unauthenticated = 6,

    /// <summary>Not JSON, or a field is missing, too long or of the wrong form.</summary>
    Malformed = 7,

    UnknownMethod = 8,
    UnsupportedAlgorithm = 9,
    AlreadyLoggedIn = 10,
    TooManyShares = 11,

    /// <summary>Our own engine failed: not the miner's fault.</summary>
    Unverifiable = 12,

    /// <summary>Stratum v1 only: mining.subscribe comes first.</summary>
    NotSubscribed = 13,
}

internal static class PracticeRefusals
{
    /// <summary>The text on the wire, as pools word it.</summary>
    public static string Text(this PracticeRefusal refusal) => refusal switch
    {
        PracticeRefusal.LowDifficulty => "Low difficulty share",
        PracticeRefusal.Duplicate => "Duplicate share",
        PracticeRefusal.Expired => "Block expired",
        PracticeRefusal.UnknownJob => "Invalid job id",
        PracticeRefusal.InvalidNonce => "Invalid nonce",
        PracticeRefusal.WrongHash => "Invalid result",
        PracticeRefusal.Unauthenticated => "Unauthenticated",
        PracticeRefusal.Malformed => "Malformed request",
        PracticeRefusal.UnknownMethod => "Unknown method",
        PracticeRefusal.UnsupportedAlgorithm => "Unsupported algorithm",
        PracticeRefusal.AlreadyLoggedIn => "Already logged in",
        PracticeRefusal.NotSubscribed => "Not subscribed",
        PracticeRefusal.TooManyShares => "Too many shares of one block",
        _ => "Share could not be verified",
    };

    /// <summary>The code that Stratum v1 has for it; 20 is everything else.</summary>
    public static int V1Code(this PracticeRefusal refusal) => refusal switch
    {
        PracticeRefusal.Expired or PracticeRefusal.UnknownJob => 21,
        PracticeRefusal.Duplicate => 22,
        PracticeRefusal.LowDifficulty => 23,
        PracticeRefusal.Unauthenticated => 24,
        PracticeRefusal.NotSubscribed => 25,
        _ => 20,
    };

    /// <summary>What it adds to the address's ban score. Being late is nobody's fault; a wrong hash costs us a hash to find out.</summary>
    public static int Score(this PracticeRefusal refusal) => refusal switch
    {
        PracticeRefusal.Expired or PracticeRefusal.UnknownJob or PracticeRefusal.Unverifiable => 0,
        PracticeRefusal.WrongHash => 5,
        _ => 1,
    };
}
