using P2PMiner.Hashing;

namespace P2PMiner.Interfaces.Tests.Hashing;

public sealed class NonceInputTests
{
    [Fact]
    public void Of_Nonce_WritesFourBytesLittleEndianIntoACopy()
    {
        byte[] blob = [1, 2, 3, 4, 5, 6];

        Assert.Equal([1, 0xd4, 0xc3, 0xb2, 0xa1, 6], NonceInput.Of(blob, nonceOffset: 1, nonce: 0xa1b2c3d4));
        Assert.Equal([1, 2, 3, 4, 5, 6], blob);
    }

    [Fact]
    public void Of_NonceThatWouldNotFit_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => NonceInput.Of(new byte[6], nonceOffset: 3, nonce: 1));
}
