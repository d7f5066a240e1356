namespace P2PMiner.Client;

internal enum RotationOutcome
{
    /// <summary>It uses the new key and accepts the former one until the grace ends.</summary>
    Switched,

    /// <summary>It accepted the new key but did not confirm that it uses it; it follows once it hears the others.</summary>
    Unconfirmed,

    /// <summary>The cluster knows it, but it could not be told: it has only the former key.</summary>
    NotReached,
}
