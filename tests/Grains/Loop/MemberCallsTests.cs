using System.Reflection;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using P2PMiner.Alerts;
using P2PMiner.Doctor;
using P2PMiner.Grains.Alerts;
using P2PMiner.Grains.Doctor;
using P2PMiner.Grains.History;
using P2PMiner.Grains.Keys;
using P2PMiner.Hashing;
using P2PMiner.History;
using P2PMiner.Interfaces.Tests;
using P2PMiner.Jobs;
using P2PMiner.Keys;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Pools.Practice;

namespace P2PMiner.Grains.Tests.Loop;

/// <summary>A member of the cluster that sends any call with any argument: it is refused by name, and the node mines on.</summary>
public sealed class MemberCallsTests
{
    private static readonly IReadOnlyList<Type> Grains =
        [.. typeof(Hash256).Assembly.GetExportedTypes().Where(type => type.IsInterface && typeof(IGrain).IsAssignableFrom(type))];

    private static PracticePoolOptions FrequentBlocks => new() { BlockInterval = TimeSpan.FromSeconds(1) };

    [Fact]
    public async Task AnyCall_WithAnyArguments_IsTakenOrRefusedByNameAndMiningGoesOn()
    {
        await using var farm = await StartAsync();
        var methods = Grains.SelectMany(grain => grain.GetMethods()).ToArray();
        await farm.UntilAsync(() => farm.Accepted >= 1, "a share");

        await Gen.Int.SampleAsync(async seed =>
        {
            var values = new WireValues(new Random(seed))
            {
                KnownTexts = { farm.Session, $"stratum+tcp://{farm.Proxy.Endpoint}" },
                KnownNodes = { farm.Nodes[0].Id },
                KnownSeeds = { farm.Nodes[0].Engine.GetStatus().Seed! },
            };
            await Task.WhenAll(methods.Select(method => CallAsync(farm, method, ArgumentsOf(method, values))));
        }, iter: 60, threads: 1);

        await RestoreAsync(farm);
        var (before, jobs) = (farm.Accepted, farm.Client.GetGrain<IJobGrain>(farm.Session));
        await farm.UntilAsync(() => farm.Accepted >= before + 3, "shares after all of it");
        Assert.InRange((await jobs.GetStatusAsync()).Nodes.Count, 1, 1 + P2PMiner.Grains.Jobs.NodeTable.MostStrangers);
        Assert.DoesNotContain(farm.Log, line => line.Contains('\u001b') || line.Contains('\u202e'));
    }

    [Fact]
    public async Task Slices_OfTheLastGenerationWithAllNonces_LeaveTheThreadsAlone()
    {
        await using var farm = await Farm.StartAsync(1, FrequentBlocks);
        await farm.UntilAsync(() => farm.Accepted >= 1, "a share");
        var seed = farm.Nodes[0].Engine.GetStatus().Seed!;
        var worker = farm.Client.GetGrain<IHashWorkerGrain>(0);

        var results = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => worker.SearchAsync(Slice(seed) with { Generation = ulong.MaxValue, Target = default }).AsTask()));

        Assert.All(results, result => Assert.Equal(0UL, result.HashesDone));
        var before = farm.Accepted;
        await farm.UntilAsync(() => farm.Accepted >= before + 3, "shares");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Assign_OfALaterGenerationThanTheJobGrains_IsFoundFalseAndDropped(bool withUnit)
    {
        await using var farm = await Farm.StartAsync(1, new());
        await farm.UntilAsync(() => farm.Accepted >= 1, "a share");
        var seed = farm.Nodes[0].Engine.GetStatus().Seed!;
        var unit = new WorkUnit
        {
            Generation = ulong.MaxValue, LeaseId = 1, JobSerial = 1, Algorithm = Algorithm.RandomX, Seed = seed, Blob = [.. new byte[76]],
            NonceOffset = 39, ExtraNonce = 0,
            Range = NonceRange.All, Target = default,
        };

        await farm.Peer(0).AssignAsync(farm.Session, withUnit ? unit : null, ulong.MaxValue);

        await farm.UntilAsync(() => farm.Log.Any(line => line.Contains("that the job grain (now at", StringComparison.Ordinal)), "the discovery");
        var before = farm.Accepted;
        await farm.UntilAsync(() => farm.Accepted >= before + 3, "shares");
    }

    [Fact]
    public async Task Assign_OfAnotherSeedThanTheJobGrains_MakesNoDataset()
    {
        await using var farm = await Farm.StartAsync(1, new());
        await farm.UntilAsync(() => farm.Accepted >= 1, "a share");
        var engine = farm.Nodes[0].Engine;
        var (seed, other) = (engine.GetStatus().Seed!, Seed.FromBytes(new byte[32]));
        var unit = new WorkUnit
        {
            Generation = ulong.MaxValue, LeaseId = 1, JobSerial = 1, Algorithm = Algorithm.RandomX, Seed = other, NextSeed = other,
            Blob = [.. new byte[76]], NonceOffset = 39,
            ExtraNonce = 0, Range = NonceRange.All, Target = default,
        };

        for (var i = 0; i < 3; i++)
        {
            await farm.Peer(0).AssignAsync(farm.Session, unit, ulong.MaxValue);
            await farm.Peer(0).AssignAsync(farm.Session, unit with { Seed = seed }, ulong.MaxValue);
            var before = farm.Accepted;
            await farm.UntilAsync(() => farm.Accepted >= before + 2, "shares");
        }

        Assert.Equal([seed], engine.PreparedSeeds.Distinct());
        Assert.NotEqual(other, engine.ExpectedSeed);
    }

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NaN)]
    [InlineData(1e300)]
    [InlineData(-5)]
    public async Task Rates_OfNoMachine_AreRefused(double rate)
    {
        await using var farm = await Farm.StartAsync(1, new());
        var (jobs, node) = (farm.Client.GetGrain<IJobGrain>(farm.Session), farm.Nodes[0].Id);

        await Assert.ThrowsAsync<WireValueException>(() => jobs.LeaseAsync(node, new(rate)).AsTask());
        await Assert.ThrowsAsync<WireValueException>(
            () => jobs.ReportAsync(new() { Peer = node, LeaseId = 0, HashesDone = 0, Rate = new(rate), State = PeerState.Mining }).AsTask());
    }

    [Fact]
    public async Task Refusal_OfACall_SaysWhoSentWhatAndIsLoggedAFewTimesOnly()
    {
        await using var farm = await Farm.StartAsync(1, new());
        for (var i = 0; i < 50; i++)
        {
            await Assert.ThrowsAsync<WireValueException>(() => farm.Peer(0).StartAsync(null!));
        }

        Assert.InRange(farm.Log.Count(line => line.Contains("refused IPeerGrain.StartAsync by ", StringComparison.Ordinal)), 1, 5);
    }

    private static Task<Farm> StartAsync() => Farm.StartAsync(
        1, FrequentBlocks, engine: engine => engine.GuestThreads = 1,
        configureSilo: silo => silo.ConfigureServices(services => services.AddSingleton<INodeKeys>(new NoKeys()).AddSingleton<INodeDoctor>(new HealthyNode())
            .AddSingleton<INodeLog>(new NoLog()).AddSingleton<INodeHistory>(new NoHistory()).AddSingleton<INodeAlerts>(new NoAlerts())));

    private static SearchSlice Slice(Seed seed) => new()
    {
        Generation = 1, Algorithm = Algorithm.RandomX, Seed = seed, Blob = [.. new byte[76]], NonceOffset = 39, Range = NonceRange.All, Target = default,
    };

    private static object?[] ArgumentsOf(MethodInfo method, WireValues values)
        => [.. method.GetParameters().Select(parameter
            => values.Any(parameter.ParameterType) is var value && method.Name == nameof(IPeerGrain.BenchAsync) && value is TimeSpan { Ticks: > 0 }
            ? TimeSpan.Zero : value)];   // a measurement that is allowed takes its time

    private static async Task CallAsync(Farm farm, MethodInfo method, object?[] arguments)
    {
        try
        {
            var grain = Find(farm, method.DeclaringType!);
            var call = method.Invoke(grain, arguments)!;
            await (call is Task task ? task : (Task)call.GetType().GetMethod("AsTask")?.Invoke(call, null)!);
        }
        catch (Exception refused) when (refused is WireValueException or ArgumentOutOfRangeException)
        {
            // By name.
        }
        catch (OperationCanceledException) when (method.DeclaringType == typeof(IPoolSessionGrain))
        {
            // Another call stopped the session meanwhile.
        }
        catch (Exception fault)
        {
            Assert.Fail($"{method.DeclaringType!.Name}.{method.Name}({string.Join(", ", arguments.Select(argument => argument ?? "null"))}): {fault}");
        }
    }

    private static object Find(Farm farm, Type grain) => grain == typeof(IHashWorkerGrain) || grain == typeof(ISessionGrain)
        ? farm.Client.GetGrain(grain, 0L) : farm.Client.GetGrain(grain, farm.Session);

    /// <summary>What a member may do as well as the owner, who would do this: commands are believed.</summary>
    private static async Task RestoreAsync(Farm farm)
    {
        var (session, jobs) = (farm.Client.GetGrain<IPoolSessionGrain>(farm.Session), farm.Client.GetGrain<IJobGrain>(farm.Session));
        await session.StartAsync();
        await session.SetAlgorithmsAsync([Algorithm.RandomX]);
        await session.AddPoolAsync(new() { Url = $"stratum+tcp://{farm.Proxy.Endpoint}", User = "farm" });
        await session.SwitchPoolAsync($"stratum+tcp://{farm.Proxy.Endpoint}");
        await jobs.ReleaseAsync(farm.Nodes[0].Id);
        await farm.Peer(0).SetThreadsAsync(1);
        await farm.Peer(0).SetQuarantinedAsync(false);
        await farm.Peer(0).ResumeAsync();
        await farm.Peer(0).StartAsync(farm.Session);
    }

    private sealed class HealthyNode : INodeDoctor
    {
        public Task<NodeReport> ExamineAsync() => Task.FromResult(new NodeReport
        {
            Node = new(1), HostName = "host", Version = "1", UnixMs = 0,
            Findings = []
        });
    }

    private sealed class NoLog : INodeLog
    {
        public NodeLog Read() => new() { Lines = [] };
    }

    private sealed class NoHistory : INodeHistory
    {
        public Task<HistoryPage> ReadAsync(HistoryAsk ask) => Task.FromResult(HistoryPage.None);
    }

    private sealed class NoAlerts : INodeAlerts
    {
        public AlertShare Share(AlertShare known) => AlertShare.None;

        public void Hear(IReadOnlyList<ToldAlert> told)
        {
        }

        public Task<IReadOnlyList<AlertSinkStatus>> TestAsync() => Task.FromResult<IReadOnlyList<AlertSinkStatus>>([]);

        public AlertStatus GetStatus() => new() { Sinks = [], Rules = [], Open = [] };
    }

    private sealed class NoKeys : INodeKeys
    {
        public Task<string?> AcceptAsync(KeyOffer offer) => Task.FromResult<string?>("not here");

        public Task<string?> SwitchAsync(string keyId) => Task.FromResult<string?>("not here");

        public Task WithdrawAsync(string keyId) => Task.CompletedTask;
    }
}
