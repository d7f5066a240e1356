namespace P2PMiner.Native.Tests;

public sealed class DatasetModesTests
{
    [Theory]
    [InlineData(DatasetMode.None, "")]
    [InlineData(DatasetMode.Light, "light")]
    [InlineData(DatasetMode.Partial, "partial")]
    [InlineData(DatasetMode.Fast, "fast")]
    public void ModeName_EachMode_IsReadBack(DatasetMode mode, string name)
    {
        Assert.Equal(name, mode.ModeName());
        Assert.Equal(mode, DatasetModes.Read(name));
    }

    [Theory]
    [InlineData("Fast")]
    [InlineData("faster")]
    public void Read_UnknownName_IsNone(string name) => Assert.Equal(DatasetMode.None, DatasetModes.Read(name));
}
