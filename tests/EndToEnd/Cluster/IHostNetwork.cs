namespace P2PMiner.EndToEnd.Tests.Cluster;

/// <summary>Hosts on one Ethernet that exists in a test only, each with a network namespace.</summary>
internal interface IHostNetwork : IAsyncDisposable
{
    /// <summary>The name of a host's namespace.</summary>
    string Namespace(int host);

    string AddressOf(int host);

    /// <summary>Does something on a host, on a thread that ends with it: sockets made there are that host's for as long as they live.</summary>
    Task RunOnAsync(int host, Action action);
}
