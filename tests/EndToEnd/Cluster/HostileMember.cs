using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using P2PMiner.Hashing;
using P2PMiner.Interfaces.Tests;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Security;

namespace P2PMiner.EndToEnd.Tests.Cluster;

/// <summary>
/// Somebody with the cluster key, who calls every grain with any arguments, in its own name. It leaves out what a member may ask for as the owner does, who
/// would then get it: a pause is no attack.
/// </summary>
internal sealed class HostileMember : IAsyncDisposable
{
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    private static readonly HashSet<string> Commands =
    [
        nameof(IPeerGrain.StartAsync), nameof(IPeerGrain.PauseAsync), nameof(IPeerGrain.DrainAsync), nameof(IPeerGrain.SetThreadsAsync),
        nameof(IPeerGrain.BenchAsync),
        nameof(IPeerGrain.SetQuarantinedAsync), nameof(IJobGrain.SetJobAsync), nameof(IJobGrain.QuarantineAsync), nameof(IPoolSessionGrain.StopAsync),
        nameof(IPoolSessionGrain.SharePoolsAsync), nameof(IPoolSessionGrain.AddPoolAsync), nameof(IPoolSessionGrain.RemovePoolAsync),
        nameof(IPoolSessionGrain.SwitchPoolAsync), nameof(IPoolSessionGrain.SetAlgorithmsAsync),
    ];

    private static readonly MethodInfo[] Methods =
    [
        .. typeof(Hash256).Assembly.GetExportedTypes().Where(type => type.IsInterface && typeof(IGrain).IsAssignableFrom(type))
            .SelectMany(grain => grain.GetMethods()).Where(method => !Commands.Contains(method.Name) && !GoesToThePool(method)),
    ];

    private readonly NodeId _own = NodeId.NewRandom();
    private readonly IHost _host;
    private readonly ConcurrentDictionary<string, long> _answers = [];

    private HostileMember(IHost host) => _host = host;

    /// <summary>How often each kind of answer came.</summary>
    public IReadOnlyDictionary<string, long> Answers => _answers;

    /// <param name="host">Where it is.</param>
    /// <param name="gateway">The node that it calls.</param>
    /// <param name="folder">With the cluster key.</param>
    public static async Task<HostileMember> ConnectAsync(IHostNetwork network, int host, int gateway, string folder)
    {
        var keys = new ClusterKeyFile(folder, TimeProvider.System).Load();
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.UseOrleansClient(client => client
            .UseStaticClustering(new IPEndPoint(IPAddress.Parse(network.AddressOf(gateway)), 9998))
            .AddClusterSecurity(new MutualTls(
                new NodeCertificates(NodeId.NewRandom(), keys, TimeProvider.System), keys, TimeProvider.System, NullLogger<MutualTls>.Instance))
            .Configure<ClusterOptions>(options => options.ClusterId = options.ServiceId = ClusterName.Orleans)
            .Configure<ClientMessagingOptions>(options => options.ResponseTimeout = AnswerWithin));

        // Orleans has it under a key that only it knows.
        var key = builder.Services.Single(service => service.IsKeyedService && service.ServiceType == typeof(IConnectionFactory)).ServiceKey;
        builder.Services.RemoveAllKeyed<IConnectionFactory>(key).AddKeyedSingleton<IConnectionFactory>(key, new ConnectionsFrom(network, host));
        var member = new HostileMember(builder.Build());
        using var deadline = new CancellationTokenSource(ConnectWithin);
        await member._host.StartAsync(deadline.Token);
        return member;
    }

    /// <param name="nodes">All that it knows, the master too.</param>
    public async Task CallAsync(IReadOnlyList<string> nodes, CancellationToken end)
    {
        var random = new Random(20260103);
        var values = new WireValues(random) { KnownTexts = { nodes[0], nodes[^1] } };
        values.KnownNodes.Clear();
        values.KnownNodes.Add(_own);
        while (!end.IsCancellationRequested)
        {
            var calls = Methods.Select(method => CallAsync(Find(method.DeclaringType!, random, nodes), method,
                [.. method.GetParameters().Select(parameter => values.Any(parameter.ParameterType))]));
            await Task.WhenAll([.. calls, Task.Delay(Round, CancellationToken.None)]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(AnswerWithin);
        await _host.StopAsync(deadline.Token);
        _host.Dispose();
    }

    /// <summary>Of a node that there is, and at times of one that there is not.</summary>
    private object Find(Type grain, Random random, IReadOnlyList<string> nodes)
    {
        var client = _host.Services.GetRequiredService<IClusterClient>();
        return typeof(IGrainWithIntegerKey).IsAssignableFrom(grain) ? client.GetGrain(grain, random.Next(8) == 0 ? random.NextInt64() : 0L)
            : client.GetGrain(grain, random.Next(8) == 0 ? NodeId.NewRandom().ToString() : nodes[random.Next(nodes.Count)]);
    }

    /// <summary>A share that somebody calls verified is handed in as it is, and the pool's refusals would be about this test.</summary>
    private static bool GoesToThePool(MethodInfo method)
        => method.DeclaringType == typeof(IPoolSessionGrain) && method.Name == nameof(IPoolSessionGrain.SubmitAsync);

    private async Task CallAsync(object grain, MethodInfo method, object?[] arguments)
    {
        var answer = "answered";
        try
        {
            var call = method.Invoke(grain, arguments)!;
            await (call is Task task ? task : (Task)call.GetType().GetMethod(nameof(ValueTask.AsTask))!.Invoke(call, null)!);
        }
        catch (Exception refused)
        {
            // Whatever comes of it is the nodes' business: they are judged by what becomes of them.
            answer = (refused is TargetInvocationException { InnerException: { } inner } ? inner : refused).GetType().Name;
        }

        _answers.AddOrUpdate(answer, 1, (_, count) => count + 1);
    }

    /// <summary>Connects from a host of the test's network: where else this process's own sockets would be.</summary>
    private sealed class ConnectionsFrom(IHostNetwork network, int host) : IConnectionFactory
    {
        public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
        {
            var socket = default(Socket);
            await network.RunOnAsync(host, () => socket = new(SocketType.Stream, ProtocolType.Tcp));
            await socket!.ConnectAsync(endpoint, cancellationToken);
            return new Connection(socket);
        }
    }

    private sealed class Connection : DefaultConnectionContext, IDuplexPipe
    {
        private readonly NetworkStream _stream;

        public Connection(Socket socket)
            : base(Guid.NewGuid().ToString())
        {
            _stream = new(socket, ownsSocket: true);
            (Input, Output) = (PipeReader.Create(_stream), PipeWriter.Create(_stream));
            (Transport, LocalEndPoint, RemoteEndPoint) = (this, socket.LocalEndPoint, socket.RemoteEndPoint);
        }

        public PipeReader Input { get; }

        public PipeWriter Output { get; }

        public override void Abort(ConnectionAbortedException abortReason) => _stream.Dispose();

        public override async ValueTask DisposeAsync()
        {
            await _stream.DisposeAsync();
            await base.DisposeAsync();
        }
    }
}
