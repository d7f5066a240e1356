using P2PMiner.Hashing;

namespace P2PMiner.Native;

public sealed class SelfTestTests
{
    [Fact]
    public void Run_RandomX_Passes() => SelfTest.Run(Algorithm.RandomX);

    [Fact]
    public void FindFault_WrongAnswer_SaysWhichAndWhatCameOut()
    {
        var fault = SelfTest.FindFault(Algorithm.RandomX, [new("test key 000", "This is a test", new string('0', 64))]);

        Assert.Contains("This is a test", fault);
        Assert.Contains("639183aae1bf4c9a35884cb46b09cad9175f04efd7684e7262a0ac1c2f0b4e3f", fault);
    }

    [Theory]
    [InlineData(Algorithm.RandomXV2)]
    [InlineData(Algorithm.GhostRider)]
    public void Run_AlgorithmNotAvailable_Throws(Algorithm algorithm)
        => Assert.Throws<HashEngineException>(() => SelfTest.Run(algorithm));
}
