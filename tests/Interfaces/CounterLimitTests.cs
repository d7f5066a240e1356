namespace P2PMiner.Interfaces.Tests;

public sealed class CounterLimitTests
{
    [Theory]
    [InlineData(0ul, 0ul, false)]
    [InlineData(1_000_000ul, 0ul, false)]
    [InlineData(1_000_001ul, 0ul, true)]
    [InlineData(5_000_000ul, 4_000_000ul, false)]
    [InlineData(0ul, ulong.MaxValue, false)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, false)]
    [InlineData(ulong.MaxValue, ulong.MaxValue - 1_000_000, false)]
    [InlineData(ulong.MaxValue, ulong.MaxValue - 1_000_001, true)]
    [InlineData(ulong.MaxValue, 0ul, true)]
    public void IsLeap_UnsignedAtItsEnds_NeverWraps(ulong claimed, ulong known, bool isLeap) => Assert.Equal(isLeap, CounterLimit.IsLeap(claimed, known));

    [Theory]
    [InlineData(1_000_000, 0, false)]
    [InlineData(1_000_001, 0, true)]
    [InlineData(int.MinValue, 0, false)]
    [InlineData(int.MinValue, int.MaxValue, false)]
    [InlineData(int.MaxValue, int.MinValue, true)]
    [InlineData(int.MaxValue, int.MaxValue - 1, false)]
    [InlineData(int.MaxValue, int.MaxValue - 1_000_001, true)]
    public void IsLeap_SignedAtItsEnds_NeverWraps(int claimed, int known, bool isLeap) => Assert.Equal(isLeap, CounterLimit.IsLeap(claimed, known));
}
