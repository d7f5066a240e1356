using P2PMiner.Hashing;
using P2PMiner.Pool;

namespace P2PMiner.Client;

/// <summary>The command line of p2p-console, read and checked by <see cref="RequestParser"/>.</summary>
/// <param name="Node">A node id or its first digits; null means all nodes, where a command takes all.</param>
internal sealed record ConsoleRequest(ConsoleCommand Command, string GatewayHost, int GatewayPort, bool Json, string? Node)
{
    public const string DefaultGateway = "127.0.0.1:9998";

    /// <summary>Of threads.</summary>
    public int Threads { get; init; }

    /// <summary>Of bench.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Of pool add.</summary>
    public NewPool? NewPool { get; init; }

    /// <summary>Of pool remove and pool switch.</summary>
    public string? PoolUrl { get; init; }

    /// <summary>Of algo; null: show them.</summary>
    public IReadOnlyList<Algorithm>? Algorithms { get; init; }

    /// <summary>Of rotate-key: how long the former key is let in.</summary>
    public TimeSpan Grace { get; init; }

    /// <summary>Of rotate-key with --json: print the new join line too.</summary>
    public bool WithToken { get; init; }

    /// <summary>Where the cluster key is; null: the user's own place.</summary>
    public string? DataFolder { get; init; }
}
