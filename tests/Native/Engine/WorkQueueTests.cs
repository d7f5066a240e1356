namespace P2PMiner.Native;

public sealed class WorkQueueTests
{
    private readonly WorkQueue _queue = new();

    [Fact]
    public void TryTake_Several_FirstComeFirstServed()
    {
        var works = Add(3, 1, 2);

        Assert.Equal(works, TakeAll());
    }

    [Fact]
    public void GiveBack_OlderOnes_EndThemAndKeepTheOrderOfTheOthers()
    {
        var works = Add(1, 5, 2, 7, 3, 6);

        _queue.GiveBack(work => work.Generation < 5);

        Assert.Equal(["given back", "", "given back", "", "given back", ""], works.Select(work => work.End));
        Assert.Equal([5UL, 7, 6], TakeAll().Select(work => work.Generation));
    }

    [Fact]
    public void Fail_Several_AllEndWithIt()
    {
        var works = Add(1, 2);

        _queue.Fail(new HashEngineException("no luck"));

        Assert.All(works, work => Assert.Equal("no luck", work.End));
        Assert.Empty(TakeAll());
    }

    private FakeWork[] Add(params ulong[] generations)
    {
        FakeWork[] works = [.. generations.Select(generation => new FakeWork(generation))];
        Array.ForEach(works, _queue.Add);
        return works;
    }

    private List<IQueuedWork> TakeAll()
    {
        var taken = new List<IQueuedWork>();
        while (_queue.TryTake(out var work))
        {
            taken.Add(work);
        }

        return taken;
    }
}
