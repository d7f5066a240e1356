namespace P2PMiner.Interfaces.Tests;

public sealed class WireVersionTests
{
    [Fact]
    public void ClusterName_OfEachVersion_IsAnother()
    {
        Assert.Equal("p2p-miner", ClusterName.Of(1));
        Assert.Equal(256, Enumerable.Range(0, 256).Select(version => ClusterName.Of((byte)version)).Distinct().Count());
        Assert.Equal(ClusterName.Of(WireVersion.Current), ClusterName.Orleans);
    }

    [Theory]
    [InlineData(0, "upgrade p2p-miner on there, the older")]
    [InlineData(255, "upgrade p2p-miner on this machine, the older")]
    public void Advice_EitherWay_NamesTheOlder(byte theirs, string advice) => Assert.Contains(advice, WireVersion.Advice(theirs, "there"));
}
