namespace P2PMiner.Client;

internal enum MemberState
{
    Active,

    /// <summary>Its silo is on its way in and cannot be called yet.</summary>
    Starting,

    /// <summary>Dead, or about to end.</summary>
    Gone,
}
