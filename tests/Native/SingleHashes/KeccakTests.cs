namespace P2PMiner.Native;

public sealed class KeccakTests
{
    [Theory]
    [InlineData("", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("00", "bc36789e7a1e281436464229828f817d6612f7b477d66591ff96a9e064bcc98a")]
    public void Hash_KnownAnswers_Match(string input, string expected)
        => Assert.Equal(expected, Keccak256.Hash(Convert.FromHexString(input)).ToString());
}
