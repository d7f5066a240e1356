namespace P2PMiner.Client;

internal enum MemberState
{
    Active,

    /// <summary>Its silo is joining and cannot be called yet.</summary>
    Starting,

    /// <summary>Dead, or about to stop.</summary>
    Gone,
}
