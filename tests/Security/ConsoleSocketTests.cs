using System.Collections;
using System.Net;
using System.Net.Sockets;
using P2PMiner.TestKit;

namespace P2PMiner.Security.Tests;

public sealed class ConsoleSocketTests : IDisposable
{
    private const int Gateway = 9998;
    private const UnixFileMode OwnerAndGroup = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    private readonly string _folder = Directory.CreateTempSubdirectory("p2p-socket-").FullName;
    private readonly RecordingLogger<ConsoleSocket> _log = new();

    private string FilePath => Path.Combine(_folder, "console.sock");

    private ConsoleSocketFactory Client => new(FilePath);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    // root, the node's own user, by first group, by another group
    [InlineData(0u, 0u, new uint[] { }, true)]
    [InlineData(500u, 5u, new uint[] { }, true)]
    [InlineData(600u, 700u, new uint[] { }, true)]
    [InlineData(600u, 6u, new uint[] { 1, 700 }, true)]
    [InlineData(600u, 6u, new uint[] { 1, 701 }, false)]
    [InlineData(600u, 6u, new uint[] { }, false)]
    public void Refusal_ByUserAndGroups_LetsRootItselfAndTheGroupIn(uint user, uint group, uint[] groups, bool mayCome)
        => Assert.Equal(mayCome ? null : "user 600 is not in group 700", ConsoleSocket.Refusal(user, group, groups, own: 500, trusted: 700));

    [Fact]
    public void GroupName_OfAGroup_IsItsNameOrElseItsNumber()
        => Assert.Equal(("root", "4000000001"), (Libc.GroupName(0), Libc.GroupName(4_000_000_001)));

    [Theory]
    [InlineData(null, null, "/run/p2p-miner/console.sock")]
    [InlineData("", null, "/run/p2p-miner/console.sock")]
    [InlineData("/run/a", "/run/a/console.sock", "/run/a/console.sock")]
    [InlineData("/run/a:/run/b", "/run/a/console.sock", "/run/a/console.sock")]
    public void Paths_AreInTheFolderOfTheServiceManager(string? folders, string? ofService, string usual)
    {
        var environment = new Hashtable();
        if (folders is not null)
        {
            environment["RUNTIME_DIRECTORY"] = folders;
        }

        Assert.Equal((ofService, usual), (ConsoleSocket.PathOfService(environment), ConsoleSocket.UsualPath(environment)));
    }

    [Fact]
    public async Task Next_SomebodyConnects_GetsTheGatewayAndThenSpeaksWithOrleans()
    {
        using var socket = Open();
        Assert.Equal(OwnerAndGroup, File.GetUnixFileMode(FilePath));
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, Gateway), await Client.FindGatewayAsync(TestContext.Current.CancellationToken));
        await using var probe = await NextAsync(socket);

        await using var client = await Client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Gateway), TestContext.Current.CancellationToken);
        await using var server = await NextAsync(socket);
        await client.Transport.Output.WriteAsync("hello"u8.ToArray(), TestContext.Current.CancellationToken);
        var read = await Eventually.ComesAsync(server.Transport.Input.ReadAtLeastAsync(5).AsTask(), "what the client wrote");
        Assert.Equal(5, read.Buffer.Length);
    }

    [Fact]
    public async Task Open_FileOfAKilledNode_IsReplacedAndGoneAtTheEnd()
    {
        using (var killed = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            killed.Bind(new UnixDomainSocketEndPoint($"{FilePath}.old"));
            // .NET removes the file of a socket that it closes, by the name that it was made with.
            File.Move($"{FilePath}.old", FilePath);
        }

        using (Open())
        {
            await Client.FindGatewayAsync(TestContext.Current.CancellationToken);
        }

        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task Open_AnotherNodeAnswersThere_SaysSoAndLeavesItAlone()
    {
        using var first = Open();
        using (Open(8888))
        {
            Assert.EndsWith($"another p2p-miner answers at {FilePath}: there p2p-console reaches that one and not this one", _log.Lines[^1]);
        }

        Assert.Equal(Gateway, (await Client.FindGatewayAsync(TestContext.Current.CancellationToken)).Port);
    }

    [Theory]
    [InlineData("no/such/folder")]
    [InlineData("name-that-is-far-too-long-for-a-unix-socket-name-that-is-far-too-long-for-a-unix-socket-name-that-is-far-too-long")]
    public void Open_PathThatCannotBe_IsNamedAndTheNodeGoesOn(string name)
    {
        using var socket = new ConsoleSocket(Path.Combine(_folder, name), Gateway, TimeProvider.System, _log);
        Assert.Contains("cannot be opened, so p2p-console needs the cluster key: ", Assert.Single(_log.Lines));
    }

    [Fact]
    public async Task Next_TooMany_AreTurnedAwayUntilOneLeaves()
    {
        using var socket = Open();
        var clients = new List<IAsyncDisposable>();
        for (var i = 0; i < ConsoleSocket.MaxConnections; i++)
        {
            clients.Add(await Client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Gateway)));
        }

        await Assert.ThrowsAsync<EndOfStreamException>(() => Client.FindGatewayAsync(TestContext.Current.CancellationToken));
        Assert.EndsWith($"refused a connection at {FilePath}: there are {ConsoleSocket.MaxConnections} already", _log.Lines[^1]);

        await (await NextAsync(socket)).DisposeAsync();
        clients.Add(await Client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Gateway)));
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task Accept_GatewayIsReplacedMeanwhile_TheNextOneGetsTheConnections()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var port = FreePorts.Take();
        using var socket = Open(port);
        var factory = Gateways(socket);

        for (var silo = 0; silo < 2; silo++)
        {
            await using var gateway = await factory.BindAsync(new IPEndPoint(IPAddress.Loopback, port), cancellation);
            await using var client = await Client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellation);
            await using var server = await Eventually.ComesAsync(gateway.AcceptAsync(cancellation).AsTask(), "a connection by the socket");
            Assert.NotNull(server);

            var waiting = gateway.AcceptAsync(cancellation).AsTask();
            await gateway.UnbindAsync(cancellation);
            Assert.Null(await Eventually.ComesAsync(waiting, "the end of the gateway"));
        }

        // The port of silos has nothing to do with it.
        await using var other = await factory.BindAsync(new IPEndPoint(IPAddress.Loopback, 0), cancellation);
        await using var late = await Client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellation);
        Assert.False(other.AcceptAsync(cancellation).AsTask().IsCompleted);
        await using var kept = await NextAsync(socket);
    }

    /// <summary>Both of its waits end then; in which order is chance, the more so where many others want to run.</summary>
    [Fact]
    public Task Unbind_WhileAcceptWaits_ItAlwaysGivesNull()
        => Parallel.ForAsync(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 50 }, async (silo, cancellation) =>
        {
            var port = FreePorts.Take();
            using var socket = new ConsoleSocket(Path.Combine(_folder, $"{silo}"), port, TimeProvider.System, _log);
            await using var gateway = await Gateways(socket).BindAsync(new IPEndPoint(IPAddress.Loopback, port), cancellation);
            var waiting = gateway.AcceptAsync(cancellation).AsTask();
            await Task.Yield();
            await gateway.UnbindAsync(cancellation);
            Assert.Null(await Eventually.ComesAsync(waiting, "the end of the gateway"));
        });

    private static MemberListenerFactory Gateways(ConsoleSocket socket)
    {
        var ring = new ClusterKeyRing(ClusterKey.NewRandom(), TimeProvider.System);
        return new(new(new(new(1), ring, TimeProvider.System), ring, TimeProvider.System, new RecordingLogger<MutualTls>()), socket);
    }

    private ConsoleSocket Open(int gateway = Gateway) => new(FilePath, gateway, TimeProvider.System, _log);

    private static async Task<Microsoft.AspNetCore.Connections.ConnectionContext> NextAsync(ConsoleSocket socket)
        => (await Eventually.ComesAsync(socket.NextAsync(TestContext.Current.CancellationToken), "a connection"))!;
}
