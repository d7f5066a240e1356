namespace P2PMiner.Native;

/// <summary>Which threads there are and what ends their work; no thread is started.</summary>
public sealed class HashTeamTests : IDisposable
{
    private readonly List<HashThread> _started = [];
    private readonly HashTeam _team;
    private int _wanted = 2;

    public HashTeamTests() => _team = new(isGuest: false, () => _wanted, hugePages: false, TimeProvider.System);

    public void Dispose() => _started.ForEach(thread => thread.Dispose());

    [Fact]
    public void StartMissing_Twice_StartsEachOnce()
    {
        Assert.False(_team.HasBegun);
        Start();
        Start();

        Assert.True(_team.HasBegun);
        Assert.Equal(["hash-0", "hash-1"], _started.Select(thread => thread.Name));
        Assert.Equal(_started, _team.ThreadsInUse);
    }

    [Fact]
    public void StartMissing_MoreWanted_StartsTheRest()
    {
        Start();
        _wanted = 3;
        Start();

        Assert.Equal([0, 1, 2], _started.Select(thread => thread.Index));
    }

    [Fact]
    public void IsSurplus_FewerWanted_TheLastOnesUntilTheyAreWantedAgain()
    {
        Start();
        _wanted = 1;

        Assert.Equal([false, true], _started.Select(_team.IsSurplus));
        Assert.Equal(2, _team.Threads.Count());
        Assert.Single(_team.ThreadsInUse);
        _wanted = 2;
        Start();
        Assert.Equal(2, _started.Count);   // it had not ended yet
    }

    [Fact]
    public void StartMissing_OneHasLeft_ItIsReplaced()
    {
        Start();
        _team.Leave(_started[1]);
        Start();

        Assert.Equal([0, 1, 1], _started.Select(thread => thread.Index));
        Assert.Equal([_started[0], _started[2]], _team.Threads);
    }

    [Fact]
    public void StartMissing_NoneWanted_WhatIsQueuedGoesBack()
    {
        var work = new FakeWork();
        _team.Add(work);
        _wanted = 0;
        Start();

        Assert.Equal("given back", work.End);
    }

    [Fact]
    public void End_SomeOfIt_GivesBackWhatIsQueuedAndCancelsWhatRuns()
    {
        Start();
        FakeWork[] queued = [new(1), new(5)];
        Array.ForEach(queued, _team.Add);
        (_started[0].Running, _started[1].Running) = (new FakeWork(1), new FakeWork(5));

        _team.End(work => work.Generation < 5);

        Assert.Equal(["given back", ""], queued.Select(work => work.End));
        Assert.Equal([true, false], _started.Select(thread => thread.IsCancelled));
    }

    private void Start() => _team.StartMissing(_started.Add);
}
