using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>Keccak with 256 bits and the original padding, as CryptoNote uses it; not SHA3-256.</summary>
public static class Keccak256
{
    public static unsafe Hash256 Hash(ReadOnlySpan<byte> input)
    {
        var output = stackalloc byte[Hash256.Size];
        fixed (byte* bytes = input)
        {
            NativeMethods.Keccak(bytes, (nuint)input.Length, output).ThrowIfFailed("compute a Keccak hash");
        }

        return Hash256.FromBytes(new ReadOnlySpan<byte>(output, Hash256.Size));
    }
}
