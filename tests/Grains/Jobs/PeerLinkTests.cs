using P2PMiner.Grains.Jobs;

namespace P2PMiner.Grains.Tests.Jobs;

public sealed class PeerLinkTests
{
    private readonly PeerLink _link = new(peer: null!);   // it only keeps it

    [Fact]
    public void TryBegin_OneCallHangs_TheNextJobIsSentNevertheless()
    {
        Assert.True(_link.TryBegin());
        Assert.True(_link.TryBegin());
    }

    [Fact]
    public void TryBegin_ManyJobsWhileCallsHang_OnlyOneIsSentAfterwards()
    {
        for (var i = 0; i < PeerLink.MostUnderway; i++)
        {
            Assert.True(_link.TryBegin());
        }

        Assert.False(_link.TryBegin());
        Assert.False(_link.TryBegin());
        Assert.False(_link.TryBegin());

        Assert.True(_link.End());
        Assert.True(_link.TryBegin());
        Assert.False(_link.End());
        Assert.False(_link.End());
        Assert.True(_link.IsIdle);
    }

    [Fact]
    public void End_NothingLeftOut_AsksForNothing()
    {
        Assert.True(_link.TryBegin());
        Assert.False(_link.IsIdle);
        Assert.False(_link.End());
        Assert.True(_link.IsIdle);
    }
}
