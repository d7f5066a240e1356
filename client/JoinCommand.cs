namespace P2PMiner.Client;

/// <summary>What to type on another machine so that it joins this one's cluster, from the key file that p2p-miner keeps.</summary>
internal static class JoinCommand
{
    /// <inheritdoc cref="Program.ReadKey"/>
    public static string Read(string? folder) => $"p2p-miner join {Program.ReadKey(folder).Current.ToToken()}";
}
