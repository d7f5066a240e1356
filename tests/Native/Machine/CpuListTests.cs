namespace P2PMiner.Native;

public sealed class CpuListTests
{
    [Theory]
    [InlineData(null, new int[0])]
    [InlineData(" ", new int[0])]
    [InlineData("5", new[] { 5 })]
    [InlineData("0-3,8", new[] { 0, 1, 2, 3, 8 })]
    [InlineData(" 2 , 0 - 1 ", new[] { 2, 0, 1 })]
    [InlineData("3,1-4,3", new[] { 3, 1, 2, 4 })]
    public void TryParse_GoodList_KeepsItsOrder(string? text, int[] expected)
    {
        Assert.True(CpuList.TryParse(text, out var cpus, out _));
        Assert.Equal(expected, cpus);
    }

    [Theory]
    [InlineData("a", "\"a\"")]
    [InlineData("1,,2", "\"\"")]
    [InlineData("0-3-5", "\"0-3-5\"")]
    [InlineData("-1", "\"-1\"")]
    [InlineData("8192", "\"8192\"")]
    [InlineData("99999999999999999999", "\"99999999999999999999\"")]
    [InlineData("0-99999999", "\"0-99999999\"")]
    [InlineData("5-2", "runs backwards")]
    public void TryParse_BadList_NamesThePart(string text, string expected)
    {
        Assert.False(CpuList.TryParse(text, out _, out var error));
        Assert.Contains(expected, error);
    }
}
