using P2PMiner.Hashing;
using P2PMiner.Pool;

namespace P2PMiner.Client;

/// <summary>The command line of p2p-console, read and checked by <see cref="RequestParser"/>.</summary>
/// <param name="Node">A node id or its first digits; null means all nodes, for commands that accept all.</param>
internal sealed record ConsoleRequest(ConsoleCommand Command, string GatewayHost, int GatewayPort, bool Json, string? Node)
{
    public const string DefaultGateway = "127.0.0.1:9998";

    /// <summary>For help; null: that of the program.</summary>
    public ConsoleCommand? HelpOf { get; init; }

    /// <summary>By --gateway; else the node of the data folder tells, while it runs.</summary>
    public bool IsGatewayGiven { get; init; }

    /// <summary>Neither a gateway nor a data folder was named.</summary>
    public bool IsForThisMachine => !IsGatewayGiven && DataFolder is null;

    /// <summary>For threads.</summary>
    public int Threads { get; init; }

    /// <summary>For bench.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>For pool add.</summary>
    public NewPool? NewPool { get; init; }

    /// <summary>For pool remove and pool switch.</summary>
    public string? PoolUrl { get; init; }

    /// <summary>For algo; null: show them.</summary>
    public IReadOnlyList<Algorithm>? Algorithms { get; init; }

    /// <summary>For rotate-key: how long the former key is accepted.</summary>
    public TimeSpan Grace { get; init; }

    /// <summary>For rotate-key with --json: print the new join line too.</summary>
    public bool WithToken { get; init; }

    /// <summary>Where the cluster key is; null: in the user's own data folder.</summary>
    public string? DataFolder { get; init; }
}
