using P2PMiner.Hashing;

namespace P2PMiner.Native;

public sealed class SelfTestTests
{
    [Theory]
    [InlineData(Algorithm.RandomX)]
    [InlineData(Algorithm.RandomXV2)]
    [InlineData(Algorithm.GhostRider)]
    public void Run_AlgorithmThereIs_Passes(Algorithm algorithm) => SelfTest.Run(algorithm);

    [Fact]
    public void Of_GhostRider_UsesEveryVariant()
        => Assert.Equal(Enumerable.Range(0, LaneDepths.Variants), KnownAnswers.Of(Algorithm.GhostRider)
            .Select(answer => GhostRiderKernel.VariantsOf(answer.Input.AsSpan(4, 32)))
                .SelectMany(order => new[] { order.First, order.Second, order.Third }).Order());

    [Fact]
    public void RunLanes_EveryLane_Passes()
    {
        HashDatasetHandle.TryCreate(Algorithm.GhostRider, Seed.None, items: 0, hugePages: false, out var dataset).ThrowIfFailed("test");
        using (dataset)
        {
            dataset.Finish();
            var lanes = LaneDepths.Guess(8 << 20);
            using var context = HashContextHandle.Create(dataset, hugePages: false, lanes, shape: null);

            SelfTest.RunLanes(context, lanes);
        }
    }

    [Fact]
    public void FindFault_WrongAnswer_SaysWhichAndWhatCameOut()
    {
        var fault = SelfTest.FindFault(Algorithm.RandomX, [KnownAnswers.OfText("test key 000", "This is a test", new string('0', 64))]);

        Assert.Contains("This is a test", fault);
        Assert.Contains("639183aae1bf4c9a35884cb46b09cad9175f04efd7684e7262a0ac1c2f0b4e3f", fault);
    }

    [Fact]
    public void Run_AlgorithmNotAvailable_Throws()
        => Assert.Throws<HashEngineException>(() => SelfTest.Run((Algorithm)99));
}
