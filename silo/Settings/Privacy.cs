namespace P2PMiner.Silo.Settings;

/// <summary>How much of a setting's value people may see.</summary>
internal enum Privacy
{
    Open,

    /// <summary>Only its ends.</summary>
    Wallet,

    /// <summary>What follows the @ in user:pass@host:port.</summary>
    Address,

    /// <summary>Of https://host/path only the host: whoever knows the rest may use it.</summary>
    Link,

    /// <summary>Nothing.</summary>
    Secret,
}
