using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>Hashes known vectors, once a process for each algorithm, before anything is mined with it.</summary>
public static class SelfTest
{
    /// <summary>From the unit tests of the RandomX reference implementation; see tests/vectors/README.md.</summary>
    private static readonly KnownAnswer[] RandomXAnswers =
    [
        new("test key 000", "This is a test", "639183aae1bf4c9a35884cb46b09cad9175f04efd7684e7262a0ac1c2f0b4e3f"),
        new("test key 000", "Lorem ipsum dolor sit amet", "300a0adb47603dedb42228ccb2b211104f4da45af709cd7547cd049e9489c969"),
    ];

    private static readonly Lazy<string?> RandomXFault = new(() => FindFault(Algorithm.RandomX, RandomXAnswers));

    /// <summary>Busy for about a second at the first call, in light mode; later calls return the same outcome at once.</summary>
    /// <exception cref="HashSelfTestException">Wrong answer, or a library of another version.</exception>
    /// <exception cref="HashEngineException">The algorithm is not available, or there is no memory for the test.</exception>
    public static void Run(Algorithm algorithm)
    {
        if (NativeMethods.GetAbiVersion() is var version and not NativeMethods.AbiVersion)
        {
            throw new HashSelfTestException($"libp2ph.so has interface version {version}, this program needs {NativeMethods.AbiVersion}");
        }

        if (algorithm != Algorithm.RandomX)
        {
            throw new HashEngineException($"algorithm {algorithm.WireName()} is not available");
        }

        if (RandomXFault.Value is { } fault)
        {
            throw new HashSelfTestException(fault);
        }
    }

    /// <summary>See <see cref="IHashEngine.RecomputeAsync"/>.</summary>
    internal static Hash256 Recompute(Algorithm algorithm, Seed seed, ReadOnlySpan<byte> input)
    {
        if (FindFault(algorithm, RandomXAnswers) is { } fault)
        {
            throw new HashSelfTestException(fault);
        }

        using var hasher = Hasher.CreateUntested(algorithm, seed, fast: false);
        return hasher.Hash(input);
    }

    /// <summary>Null: all answers are right.</summary>
    internal static string? FindFault(Algorithm algorithm, IEnumerable<KnownAnswer> answers)
    {
        foreach (var ofKey in answers.GroupBy(answer => answer.Key))
        {
            using var hasher = Hasher.CreateUntested(algorithm, Seed.FromBytes(System.Text.Encoding.ASCII.GetBytes(ofKey.Key)), fast: false);
            foreach (var answer in ofKey)
            {
                var hash = hasher.Hash(System.Text.Encoding.ASCII.GetBytes(answer.Input)).ToString();
                if (hash != answer.Hash)
                {
                    return $"{algorithm.WireName()} self-test failed: hash of \"{answer.Input}\" with key \"{answer.Key}\" is {hash}, not {answer.Hash}";
                }
            }
        }

        return null;
    }

    internal readonly record struct KnownAnswer(string Key, string Input, string Hash);
}
