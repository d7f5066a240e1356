using System.Net;
using System.Net.Sockets;

namespace P2PMiner.EndToEnd.Tests;

public sealed class NoFilesLeftTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Accept_NoFileDescriptorsLeft_IsSurvivedWithOneLineAndGoesOn()
    {
        await using var miner = MinerProcess.StartNode();
        await miner.WaitForLineAsync("working for the session", Patience);
        var table = new IPEndPoint(IPAddress.Loopback, miner.TablePort);
        await miner.LimitFilesAsync(10);

        var strangers = new List<Socket>();
        for (var i = 0; i < 40; i++)
        {
            strangers.Add(await ConnectAsync(table));
        }

        await miner.WaitForLineAsync(@"no file descriptors left \(ulimit -n\): connections to port \d+ wait", Patience);
        strangers.ForEach(stranger => stranger.Dispose());

        // Who speaks no TLS is answered by the end of the connection: it was accepted.
        using var late = await ConnectAsync(table);
        await late.SendAsync("hello there\n"u8.ToArray());
        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            Assert.Equal(0, await late.ReceiveAsync(new byte[1], deadline.Token));
        }
        catch (SocketException)
        {
            // Reset: the same.
        }

        Assert.Equal(1, miner.CountLines("no file descriptors left"));
        miner.Interrupt();
        Assert.Equal(0, await miner.WaitForExitAsync(Patience));
    }

    private static async Task<Socket> ConnectAsync(IPEndPoint port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(port);
        return socket;
    }
}
