namespace P2PMiner.Client;

internal enum RotationOutcome
{
    /// <summary>It goes by the new key and lets the former one in until the grace ends.</summary>
    Switched,

    /// <summary>It accepted the new key and did not confirm that it goes by it; it follows once it hears the others.</summary>
    Unconfirmed,

    /// <summary>The cluster knows it, and it was not told: it has the former key only.</summary>
    NotReached,
}
