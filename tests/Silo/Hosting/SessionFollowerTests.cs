using System.Net;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Grains.Peers;
using P2PMiner.Grains.Pool;
using P2PMiner.Interfaces.Tests;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Hosting;
using P2PMiner.TestKit;

namespace P2PMiner.Silo.Tests.Hosting;

/// <summary>Time stands still unless a test says otherwise: what happens then, happens at once.</summary>
public sealed class SessionFollowerTests : IAsyncDisposable
{
    private static readonly NodeId Self = new(1);
    private static readonly NodeId A = new(2);
    private static readonly NodeId B = new(3);
    private readonly Mastership _mastership = new(NullLogger<Mastership>.Instance);
    private readonly FakeMembers _members = new();
    private readonly CurrentSession _current = new();
    private readonly ArmedClock _clock = new();
    private readonly RecordingLogger<SessionFollower> _log = new();
    private readonly ServiceProvider _services = new ServiceCollection().BuildServiceProvider();
    private readonly List<string> _calls = [];
    private readonly SessionFollower _follower;
    private Func<string, Task> _answer = _ => Task.CompletedTask;
    private ulong _term;

    public SessionFollowerTests()
    {
        _follower = new SessionFollower(
            _services, Proxy.Of<IGrainFactory>((_, arguments) => GrainOf((string)arguments![0]!)), _members, _mastership, _current,
            new PoolDirectory(Options.Create(new PoolOptions()), null!, new ClusterPools()), new RunningSilo(),
            new(Self, new Terminal.FullValues(0).Make<PeerCapabilities>()), new NodeControl(), _clock, _log);
        _members.Set(Self, SiloStatus.Active);
    }

    public async ValueTask DisposeAsync()
    {
        _answer = _ => Task.CompletedTask;
        await Eventually.ComesAsync(_follower.StopAsync(CancellationToken.None), "the end of the follower");
        _follower.Dispose();
        await _services.DisposeAsync();
    }

    [Fact]
    public async Task Follow_MasterNotActive_MovesAsSoonAsItsSiloIs()
    {
        _members.Set(A, SiloStatus.Active);
        Elect(A);
        await StartAsync();
        await CalledAsync("A: share pools");

        _members.Set(B, SiloStatus.Joining);
        Elect(B);
        _members.Set(Self, SiloStatus.Active);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Equal(A.ToString(), _current.Name);
        Assert.DoesNotContain("mine for B", Calls);

        _members.Set(B, SiloStatus.Active);
        await CalledAsync("B: share pools");
        Assert.Equal(["mine for A", "A: share pools", "mine for B", "B: share pools"], Calls);
        Assert.Equal(B.ToString(), _current.Name);
        Assert.Equal([$"working for the session of node {A.Short}", $"working for the session of node {B.Short}"], _log.Lines);
    }

    [Fact]
    public async Task Follow_NoneElectedYet_WaitsForTheFirst()
    {
        _members.Set(A, SiloStatus.Active);
        await StartAsync();
        Elect(A);

        await CalledAsync("A: share pools");
        Assert.Equal(A.ToString(), _current.Name);
    }

    [Fact]
    public async Task Follow_SelfUntilAnotherIs_OpensTheSessionMovesAndEndsIt()
    {
        _members.Set(A, SiloStatus.Active);
        Elect(Self);
        await StartAsync();
        await CalledAsync("self: share pools");
        Elect(A);
        await CalledAsync("A: share pools");

        // The end comes after the move: nothing rests meanwhile.
        Assert.Equal(["open", "mine for self", "self: share pools", "mine for A", "end", "A: share pools"], Calls);
    }

    [Fact]
    public async Task Follow_SelfAgainWhileItsSessionEnds_OpensItOnlyThen()
    {
        var ending = new TaskCompletionSource();
        _answer = call => call == "end" ? ending.Task : Task.CompletedTask;
        _members.Set(A, SiloStatus.Active);
        Elect(Self);
        await StartAsync();
        await CalledAsync("self: share pools");
        Elect(A);
        await CalledAsync("end");
        Elect(Self);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Single(Calls, "open");

        ending.SetResult();
        await CalledAsync("open", times: 2);
    }

    [Fact]
    public async Task Follow_EndOfTheOldSessionFails_IsTriedAgain()
    {
        var failures = 1;
        _answer = call => call == "end" && Interlocked.Decrement(ref failures) >= 0 ? throw new TimeoutException() : Task.CompletedTask;
        _members.Set(A, SiloStatus.Active);
        Elect(Self);
        await StartAsync();
        await CalledAsync("self: share pools");
        Elect(A);
        await CalledAsync("end");
        await _clock.PassAsync(TimeSpan.FromMilliseconds(250));

        await CalledAsync("A: share pools");
        Assert.Equal(2, Calls.Count(call => call == "end"));
    }

    [Fact]
    public async Task Follow_FormerMasterHangs_IsNotWaitedFor()
    {
        var never = new TaskCompletionSource();
        _answer = call => call == "A: share pools" ? never.Task : Task.CompletedTask;
        _members.Set(A, SiloStatus.Active);
        _members.Set(B, SiloStatus.Active);
        Elect(A);
        await StartAsync();
        await CalledAsync("A: share pools");
        Elect(B);

        await CalledAsync("B: share pools");
    }

    [Fact]
    public async Task Follow_ElectedAndLostBeforeItsSiloJoined_FollowsTheNext()
    {
        Elect(A);
        await StartAsync();
        _members.Set(B, SiloStatus.Active);
        Elect(B);

        await CalledAsync("B: share pools");
        Assert.DoesNotContain("mine for A", Calls);
    }

    /// <summary>Another may have ruled in between, with a session of its own.</summary>
    [Fact]
    public async Task Follow_SameMasterInAHigherTerm_AsksAgainAtOnce()
    {
        Elect(Self);
        await StartAsync();
        await CalledAsync("self: share pools");
        Elect(Self);

        await CalledAsync("open", times: 2);
        Assert.Single(_log.Lines);
    }

    [Fact]
    public async Task Follow_NothingChanges_AsksAgainEveryTwoSeconds()
    {
        Elect(Self);
        await StartAsync();
        for (var times = 1; times <= 3; times++)
        {
            await CalledAsync("self: share pools", times);
            await _clock.PassAsync(TimeSpan.FromSeconds(2));
        }

        Assert.Equal(["open", "mine for self", "self: share pools", "open", "mine for self", "self: share pools"], Calls[..6]);
        Assert.Single(_log.Lines);
    }

    [Theory]
    [InlineData("open")]
    [InlineData("mine for self")]
    [InlineData("self: share pools")]
    public async Task Follow_ACallFails_IsTriedAgainSoon(string failing)
    {
        // Cancelled by itself, as by a silo that ends.
        Exception[] failures = [new TimeoutException(), new OperationCanceledException(), new InvalidOperationException("it was so")];
        var failed = -1;
        _answer = call => call == failing && ++failed < failures.Length ? throw failures[failed] : Task.CompletedTask;
        Elect(Self);
        await StartAsync();
        for (var times = 1; times <= failures.Length; times++)
        {
            await CalledAsync(failing, times);
            await _clock.PassAsync(TimeSpan.FromMilliseconds(250));
        }

        await CalledAsync("self: share pools", failing == "self: share pools" ? failures.Length + 1 : 1);
        Assert.Equal(failures.Length, _log.Count($"session {Self} could not be reached"));
        Assert.Equal(Self.ToString(), _current.Name);
    }

    [Fact]
    public async Task Follow_TheClusterCannotBeSeen_LooksAgainSoon()
    {
        _members.Failure = new ObjectDisposedException("membership");
        Elect(Self);
        await StartAsync();
        await _log.WaitAsync("could not be reached");
        _members.Failure = null;
        await _clock.PassAsync(TimeSpan.FromMilliseconds(250));

        await CalledAsync("self: share pools");
    }

    [Fact]
    public async Task Follow_AnotherNodesGrainThrowsHostileText_TheLogHasItsFirstLineClean()
    {
        _answer = _ => throw new InvalidOperationException(WireValues.Hostile);
        _members.Set(A, SiloStatus.Active);
        Elect(A);
        await StartAsync();
        var line = await _log.WaitAsync("a?[2J");

        Assert.True(line.All(OutsideText.IsHarmless), line);
    }

    [Fact]
    public async Task Stop_WhileACallHangs_EndsAndLeaves()
    {
        var never = new TaskCompletionSource();
        var sharing = 0;
        _answer = call => call == "A: share pools" && ++sharing > 1 ? never.Task : Task.CompletedTask;
        _members.Set(A, SiloStatus.Active);
        Elect(A);
        await StartAsync();
        await CalledAsync("A: share pools");
        await _clock.PassAsync(TimeSpan.FromSeconds(2));
        await CalledAsync("A: share pools", times: 2);

        await Eventually.ComesAsync(_follower.StopAsync(CancellationToken.None), "the end");
        Assert.Equal(["pause", "A: leave"], Calls[^2..]);
    }

    private string[] Calls
    {
        get { lock (_calls) return [.. _calls]; }
    }

    private Task StartAsync() => _follower.StartAsync(CancellationToken.None);

    private void Elect(NodeId node)
    {
        var isSelf = node == Self;
        var master = new Master(node, ++_term, new(IPAddress.Loopback, 1), isSelf);
        _mastership.Publish(new(isSelf ? MasterRole.Master : MasterRole.Following, node, _term), master, MasterView.Initial.Peers);
    }

    private Task CalledAsync(string call, int times = 1)
        => Eventually.HoldsAsync(() => Calls.Count(made => made == call) >= times, $"{call}, {times} times", found: () => string.Join(", ", Calls));

    private static string NameOf(string node) => node == Self.ToString() ? "self" : node == A.ToString() ? "A" : "B";

    /// <summary>A node's peer, session and jobs in one.</summary>
    private object GrainOf(string key) => Proxy.Of<IAnyGrain>((method, arguments) => method.Name switch
    {
        nameof(IPeerGrain.StartAsync) when method.DeclaringType == typeof(IPeerGrain) => CallAsync($"mine for {NameOf((string)arguments![0]!)}"),
        nameof(IPoolSessionGrain.StartAsync) => CallAsync("open"),
        nameof(IPoolSessionGrain.StopAsync) => CallAsync("end"),
        nameof(IPoolSessionGrain.SharePoolsAsync) => new ValueTask<PoolSet>(ShareAsync(key)),
        nameof(IPeerGrain.PauseAsync) => new ValueTask(CallAsync("pause")),
        nameof(IJobGrain.LeaveAsync) => new ValueTask(CallAsync($"{NameOf(key)}: leave")),
        _ => throw new NotSupportedException(method.Name),
    });

    private async Task<PoolSet> ShareAsync(string key)
    {
        await CallAsync($"{NameOf(key)}: share pools");
        return PoolSet.None;
    }

    private async Task CallAsync(string call)
    {
        lock (_calls)
        {
            _calls.Add(call);
        }

        await _answer(call);
    }

    public interface IAnyGrain : IPoolSessionGrain, IPeerGrain, IJobGrain;

    /// <summary>Knows when somebody waits for it.</summary>
    private sealed class ArmedClock : FakeTimeProvider
    {
        private readonly List<TimeSpan> _armed = [];

        /// <summary>Once somebody waits for so long: just so much time passes.</summary>
        public async Task PassAsync(TimeSpan time)
        {
            await Eventually.HoldsAsync(() => { lock (_armed) return _armed.Remove(time); }, $"a wait of {time}");
            Advance(time);
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            lock (_armed)
            {
                _armed.Add(dueTime);
            }

            return timer;
        }
    }

    public class Proxy : DispatchProxy
    {
        private Func<MethodInfo, object?[]?, object?>? _answer;

        public static T Of<T>(Func<MethodInfo, object?[]?, object?> answer)
            where T : class
        {
            var proxy = Create<T, Proxy>();
            ((Proxy)(object)proxy)._answer = answer;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer!(targetMethod!, args);
    }
}
