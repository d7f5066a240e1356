using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Datasets;
using P2PMiner.Grains.Datasets;
using P2PMiner.Hashing;
using P2PMiner.Native;
using P2PMiner.Peers;
using P2PMiner.TestKit;

namespace P2PMiner.Grains.Tests.Datasets;

/// <summary>A peer's side against a host that does what a test says.</summary>
public sealed class RemoteHasherTests
{
    private static readonly DatasetHostOffer Offer = new(new(7), 2);

    private readonly FakeTimeProvider _clock = new();
    private readonly Host _host = new();
    private readonly FakeHashEngine _engine = new();
    private readonly RemoteHasher _remote;

    public RemoteHasherTests()
    {
        _remote = new(_ => _host, _engine, new(1), _clock, NullLogger.Instance);
    }

    [Fact]
    public void Offer_OfItselfOrNone_IsNoHost()
    {
        _remote.Offer(new(new(1), 2), DatasetMode.Light);
        PassTrial();
        Assert.Null(_remote.Host);

        _remote.Offer(null, DatasetMode.Light);
        Assert.True(_remote.UsesOwnThreads);
    }

    [Fact]
    public async Task SearchAsync_HostAnswers_GivesTheResultAndBoundsTheSlicesOut()
    {
        UseHost();
        var pending = new TaskCompletionSource<RemoteSlice>();
        _host.Answer = _ => pending.Task;

        var slices = new List<Task<SliceResult?>>();
        while (_remote.TakesMore)
        {
            slices.Add(_remote.SearchAsync(Slice()));
        }

        Assert.Equal(HostDesk.QuotaOf(2), slices.Count);
        pending.SetResult(new() { Result = new() { HashesDone = 5, Hits = [], Elapsed = TimeSpan.FromMilliseconds(10) } });
        Assert.All(await Task.WhenAll(slices), result => Assert.Equal(5UL, result?.HashesDone));
        Assert.Equal((250UL, false), (_remote.SliceCount, _remote.IsBusy));
    }

    [Fact]
    public async Task Advance_HostIsSilent_GoesBackToOwnThreadsAtOnce()
    {
        UseHost();
        var never = new TaskCompletionSource<RemoteSlice>();
        _host.Answer = _ => never.Task;
        var lost = _remote.SearchAsync(Slice());

        _clock.Advance(TimeSpan.FromSeconds(3));
        _remote.Advance();
        Assert.Equal(Offer.Node, _remote.Host);
        _clock.Advance(TimeSpan.FromSeconds(3.5));

        Assert.True(_remote.Advance());
        Assert.Equal((true, null, false), (_remote.UsesOwnThreads, _remote.Host, _remote.IsBusy));
        never.SetException(new TimeoutException());
        Assert.Null(await lost);
        Assert.False(_remote.IsBusy);
    }

    [Theory]
    [InlineData(typeof(TimeoutException))]
    [InlineData(typeof(TaskCanceledException))]
    public async Task SearchAsync_HostIsLost_GivesTheNoncesUpAndDoesNotAskAgainAtOnce(Type failure)
    {
        UseHost();
        _host.Answer = _ => Task.FromException<RemoteSlice>((Exception)Activator.CreateInstance(failure)!);

        Assert.Null(await _remote.SearchAsync(Slice()));

        Assert.Equal((true, null), (_remote.UsesOwnThreads, _remote.Host));
        _remote.Offer(Offer, DatasetMode.Light);
        PassTrial();
        Assert.Null(_remote.Host);
    }

    [Theory]
    [InlineData(HostRefusalReason.Busy)]
    [InlineData(HostRefusalReason.Quota)]
    public async Task SearchAsync_HostIsFull_HoldsTheSlotAsLongAsItAsks(HostRefusalReason reason)
    {
        UseHost();
        _host.Answer = _ => Task.FromResult(new RemoteSlice { Refusal = new(reason, TimeSpan.FromSeconds(2)) });

        var refused = _remote.SearchAsync(Slice());
        Assert.False(refused.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(0UL, (await refused)?.HashesDone);
        Assert.Equal(Offer.Node, _remote.Host);
    }

    [Theory]
    [InlineData(HostRefusalReason.NotReady)]
    [InlineData(HostRefusalReason.NoThreads)]
    [InlineData(HostRefusalReason.Malformed)]
    public async Task SearchAsync_HostCannot_KeepsTheNoncesAndLeavesTheHost(HostRefusalReason reason)
    {
        UseHost();
        _host.Answer = _ => Task.FromResult(new RemoteSlice { Refusal = new(reason, TimeSpan.FromSeconds(2)) });

        Assert.Equal(0UL, (await _remote.SearchAsync(Slice()))?.HashesDone);

        Assert.Equal((true, null), (_remote.UsesOwnThreads, _remote.Host));
    }

    [Theory]
    [InlineData(101, 0u)]   // more done than asked for
    [InlineData(100, 5u)]   // a find whose hash is another
    [InlineData(100, 500u)] // a find outside the range
    public async Task SearchAsync_HostIsWrong_GivesTheNoncesUpAndLeavesTheHost(ulong done, uint nonce)
    {
        UseHost();
        _host.Answer = _ => Task.FromResult(
            new RemoteSlice { Result = new() { HashesDone = done, Hits = [new(nonce, default)], Elapsed = TimeSpan.FromSeconds(1) } });

        Assert.Null(await _remote.SearchAsync(Slice()));

        Assert.True(_remote.UsesOwnThreads);
    }

    [Fact]
    public async Task SearchAsync_FindCannotBeChecked_IsDroppedAndTheHostIsNotBlamed()
    {
        UseHost();
        _host.Answer = _ => Task.FromResult(
            new RemoteSlice { Result = new() { HashesDone = 100, Hits = [new(5, default)], Elapsed = TimeSpan.FromSeconds(1) } });
        _engine.TamperSingle = _ => throw new HashEngineException("no memory");

        Assert.Null(await _remote.SearchAsync(Slice()));

        Assert.Equal((Offer.Node, false), (_remote.Host, _remote.IsBusy));
    }

    private static SearchSlice Slice() => new()
    {
        Generation = 1, Algorithm = Algorithm.RandomX, Seed = Seed.FromBytes([1]), Blob = [.. new byte[76]], NonceOffset = 39,
        Range = new(0, 100), Target = Target.Easiest,
    };

    private void UseHost()
    {
        _remote.Offer(Offer, DatasetMode.Light);
        PassTrial();
        Assert.Equal(Offer.Node, _remote.Host);
    }

    /// <summary>Lets the own threads be measured, after which the host would have its turn.</summary>
    private void PassTrial()
    {
        for (var i = 0; i < 7; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            _remote.Count(10, isRemote: false);
        }
    }

    private sealed class Host : IDatasetHostGrain
    {
        public Func<SearchSlice, Task<RemoteSlice>> Answer { get; set; } = _ => throw new InvalidOperationException("not asked for");

        public Task<RemoteSlice> SearchAsync(NodeId peer, SearchSlice slice) => Answer(slice);

        public Task<RemoteHashes> HashAsync(NodeId peer, HashBatch batch) => throw new NotSupportedException();

        public ValueTask PreemptAsync(NodeId peer, ulong generation) => ValueTask.CompletedTask;

        public ValueTask<DatasetHostStatus> GetStatusAsync() => throw new NotSupportedException();
    }
}
