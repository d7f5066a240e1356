using P2PMiner.Hashing;

namespace P2PMiner.Native;

public sealed class CommitmentTests
{
    [Fact]
    public void Of_AllVectors_Match()
    {
        Assert.NotEmpty(RandomXVectors.Commitments);
        Assert.All(RandomXVectors.Commitments, vector => Assert.Equal(vector.Commitment, Commitment.Of(vector.Input, Read(vector.Hash)).ToString()));
    }

    [Fact]
    public void Judged_EachAlgorithm_IsTheCommitmentForRxTwoAloneAndElseTheHash()
    {
        var (input, hex, commitment) = RandomXVectors.Commitments[0];
        var hash = Read(hex);

        Assert.Equal(Read(commitment), Commitment.Judged(Algorithm.RandomXV2, input, hash));
        Assert.All(Enum.GetValues<Algorithm>().Where(algorithm => algorithm != Algorithm.RandomXV2),
            algorithm => Assert.Equal(hash, Commitment.Judged(algorithm, input, hash)));
    }

    [Fact]
    public void Of_InputTooLong_Throws() => Assert.Throws<HashEngineException>(() => Commitment.Of(new byte[65_537], default));

    private static Hash256 Read(string hex) => Hash256.TryParse(hex, out var hash) ? hash : throw new FormatException(hex);
}
