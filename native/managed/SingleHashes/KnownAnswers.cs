using System.Text;
using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>Hashes that others published or found the same, for the self-test; see tests/vectors/README.md.</summary>
internal static class KnownAnswers
{
    /// <summary>From the unit tests of the RandomX reference implementation.</summary>
    private static readonly KnownAnswer[] RandomX =
    [
        OfText("test key 000", "This is a test", "639183aae1bf4c9a35884cb46b09cad9175f04efd7684e7262a0ac1c2f0b4e3f"),
        OfText("test key 000", "Lorem ipsum dolor sit amet", "300a0adb47603dedb42228ccb2b211104f4da45af709cd7547cd049e9489c969"),
    ];

    /// <summary>From the same tests: the hashes themselves, not their commitments.</summary>
    private static readonly KnownAnswer[] RandomXV2 =
    [
        OfText("test key 000", "This is a test", "22ec6b861b3eb23686b2efbad69513c967ecfce80983df66c9c5b4fbfb4cdb6f"),
        OfText("test key 000", "Lorem ipsum dolor sit amet", "9e2c772c12fd48f93c14c97fdc89d556264d9100597023f44d9163e279012ecf"),
    ];

    /// <summary>Both use all 15 core hashes, and together the six CryptoNight variants: dark, fast and turtle; turtle-lite, dark-lite and lite.</summary>
    private static readonly KnownAnswer[] GhostRider =
    [
        OfHeader("000000208c246d0b90c3b389c4086e8b672ee040d64db5b9648527133e217fbfa48da64c0f3c0a0b0e8350800568b40fbb323ac3ccdf2965de51b9aaeb939b4f11ff81c49b74a16156ff251c00000000",
            "84402e62b6bedafcd65f6ba13b59ff19ad7f273900c59fa49bfbb5f67e10030f"),
        OfHeader("1a378d87dbdb6f31ad2ba5cc7c332ad3ccdc292c9adc71b43c7e6bcf440bd53f2bffa70b4aec219fd3a5f1b7809cfe533284d72da6ad7951d76591816807e5e18edca9b6baeeadadada39bef713c0e81",
            "67f097003b507d7ac03e9d9f151ef02cc21e2faf1feebeb5c722de316e56c439"),
    ];

    /// <summary>The commitment, 64 lower-case hex digits, to the hash of an answer of rx/2.</summary>
    public static (KnownAnswer Answer, string Commitment) Commitment => (RandomXV2[0], "133be717399046b03ae82ce8ddd9d1ee4d3ea7fca03a50dec09b6848cbb98e18");

    /// <exception cref="HashEngineException">The algorithm is not available.</exception>
    public static IReadOnlyList<KnownAnswer> Of(Algorithm algorithm) => algorithm switch
    {
        Algorithm.RandomX => RandomX,
        Algorithm.RandomXV2 => RandomXV2,
        Algorithm.GhostRider => GhostRider,
        _ => throw new HashEngineException($"algorithm {algorithm} is not available"),
    };

    public static KnownAnswer OfText(string key, string input, string hash)
        => new(Seed.FromBytes(Encoding.ASCII.GetBytes(key)), Encoding.ASCII.GetBytes(input), hash, $"hash of \"{input}\" with key \"{key}\"");

    private static KnownAnswer OfHeader(string header, string hash)
        => new(Seed.None, Convert.FromHexString(header), hash, $"hash of the header {header[..16]}...");
}

/// <param name="Hash">64 lower-case hex digits.</param>
/// <param name="Name">What a failure calls it.</param>
internal sealed record KnownAnswer(Seed Seed, byte[] Input, string Hash, string Name);
