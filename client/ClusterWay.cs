using P2PMiner.Security;

namespace P2PMiner.Client;

/// <summary>The way to the cluster: by the cluster key and TLS, or by the socket of this machine's service, which needs no key.</summary>
internal static class ClusterWay
{
    /// <exception cref="RefusedException">There is no key, and no socket that lets this user in.</exception>
    /// <exception cref="ClusterUnreachableException">Nobody answers.</exception>
    public static async Task<GatewayCluster> OpenAsync(ConsoleRequest request)
    {
        var socket = request.IsForThisMachine ? LocalNode.FindSocket() : null;
        ClusterKeyRing key;
        try
        {
            key = Program.ReadKey(request.DataFolder, request.IsGatewayGiven);
        }
        catch (RefusedException) when (socket is not null)
        {
            return await GatewayCluster.ConnectAsync(socket, CancellationToken.None);
        }

        var running = request.IsGatewayGiven ? null : LocalNode.FindGateway(request.DataFolder);
        if (socket is not null && running is null && !LocalNode.IsOwnFolder && request.Command != ConsoleCommand.RotateKey
            && await TryAsync(socket) is { } cluster)
        {
            // No node runs with this key, which may be left from a try of one's own.
            return cluster;
        }

        var (host, port) = running ?? (request.GatewayHost, request.GatewayPort);
        try
        {
            return await GatewayCluster.ConnectAsync(host, port, key, CancellationToken.None);
        }
        catch (ClusterUnreachableException nobody) when (request.IsForThisMachine && LocalNode.Others() is { } hint)
        {
            throw new ClusterUnreachableException($"{nobody.Message}; {hint}");
        }
        catch (ClusterUnreachableException) when (!request.IsGatewayGiven && NodeProcess.Find() is [])
        {
            throw new ClusterUnreachableException(
                $"no node answers at {host}:{port}, and none runs on this machine: start p2p-miner, or for a node of another machine give --gateway HOST:PORT");
        }
    }

    /// <returns>Null: nobody answers there, or not to this user.</returns>
    private static async Task<GatewayCluster?> TryAsync(string socket)
    {
        try
        {
            return await GatewayCluster.ConnectAsync(socket, CancellationToken.None);
        }
        catch (Exception error) when (error is RefusedException or ClusterUnreachableException)
        {
            return null;
        }
    }
}
