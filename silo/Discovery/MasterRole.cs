namespace P2PMiner.Silo.Discovery;

/// <summary>A node's part in the current decision.</summary>
internal enum MasterRole
{
    /// <summary>No master is known: listening, or waiting for a better node to claim.</summary>
    None = 0,
    Following,
    Master,
}
