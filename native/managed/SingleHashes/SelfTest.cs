using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>Hashes known vectors, once a process for each algorithm, before anything is mined with it.</summary>
public static class SelfTest
{
    private static readonly Dictionary<Algorithm, Lazy<string?>> Faults = new()
    {
        [Algorithm.RandomX] = new(() => FindFault(Algorithm.RandomX, KnownAnswers.Of(Algorithm.RandomX))),
        [Algorithm.RandomXV2] = new(() => FindFault(Algorithm.RandomXV2, KnownAnswers.Of(Algorithm.RandomXV2)) ?? FindCommitmentFault()),
        [Algorithm.GhostRider] = new(() => FindFault(Algorithm.GhostRider, KnownAnswers.Of(Algorithm.GhostRider))),
    };

    /// <summary>Busy for about a second at the first call, in light mode; later calls return the same outcome at once.</summary>
    /// <exception cref="HashSelfTestException">Wrong answer, or a library of another version.</exception>
    /// <exception cref="HashEngineException">The algorithm is not available, or there is no memory for the test.</exception>
    public static void Run(Algorithm algorithm)
    {
        if (NativeMethods.GetAbiVersion() is var version and not NativeMethods.AbiVersion)
        {
            throw new HashSelfTestException($"libp2ph.so has interface version {version}, this program needs {NativeMethods.AbiVersion}");
        }

        if (!Faults.TryGetValue(algorithm, out var fault))
        {
            throw new HashEngineException($"algorithm {algorithm} is not available");
        }

        if (fault.Value is { } wrong)
        {
            throw new HashSelfTestException(wrong);
        }
    }

    /// <summary>See <see cref="IHashEngine.RecomputeAsync"/>.</summary>
    internal static Hash256 Recompute(Algorithm algorithm, Seed seed, ReadOnlySpan<byte> input)
    {
        if (FindFault(algorithm, KnownAnswers.Of(algorithm)) is { } fault)
        {
            throw new HashSelfTestException(fault);
        }

        using var hasher = Hasher.CreateUntested(algorithm, seed, fast: false);
        return hasher.Hash(input);
    }

    /// <summary>Null: all answers are right.</summary>
    internal static string? FindFault(Algorithm algorithm, IEnumerable<KnownAnswer> answers)
    {
        foreach (var ofSeed in answers.GroupBy(answer => answer.Seed))
        {
            using var hasher = Hasher.CreateUntested(algorithm, ofSeed.Key, fast: false, hugePages: true);
            if (ofSeed.FirstOrDefault(answer => hasher.Hash(answer.Input).ToString() != answer.Hash) is { } wrong)
            {
                return $"{algorithm.WireName()} self-test failed: {wrong.Name} is {hasher.Hash(wrong.Input)}, not {wrong.Hash}";
            }

            // Where it fails, it fails with any input: one for each seed.
            if (algorithm != Algorithm.GhostRider && ofSeed.First() is var answer
                && Array.FindIndex(hasher.HashOnAllMachines(answer.Input), hash => hash.ToString() != answer.Hash) is >= 0 and var machine)
            {
                return $"{algorithm.WireName()} self-test failed on machine {machine + 1} of a thread: {answer.Name} is not {answer.Hash}";
            }
        }

        return null;
    }

    private static string? FindCommitmentFault()
    {
        var (answer, right) = KnownAnswers.Commitment;
        var commitment = Commitment.Of(answer.Input, Hash256.FromBytes(Convert.FromHexString(answer.Hash)));
        return commitment.ToString() == right ? null : $"rx/2 self-test failed: commitment to the {answer.Name} is {commitment}, not {right}";
    }

    /// <summary>
    /// The hashes of a RandomX dataset in use on all machines of a thread at once, against those on one machine alone. No known answer has its seed, but the
    /// machines were held against known answers in light mode.
    /// </summary>
    /// <exception cref="HashSelfTestException">They differ.</exception>
    internal static void RunMachines(HashDatasetHandle dataset, bool hugePages)
    {
        using var all = HashContextHandle.Create(dataset, hugePages);
        using var single = HashContextHandle.CreateSingle(dataset, hugePages);
        var inputs = new byte[all.HashesAtOnce][];
        for (var machine = 0; machine < inputs.Length; machine++)
        {
            inputs[machine] = [(byte)machine, .. "p2p"u8];
        }

        var hashes = new byte[inputs.Length * Hash256.Size];
        all.HashMany([.. inputs.SelectMany(input => input)], inputs[0].Length, hashes);
        for (var machine = 0; machine < inputs.Length; machine++)
        {
            if (Hash256.FromBytes(hashes.AsSpan(machine * Hash256.Size, Hash256.Size)) != single.Hash(inputs[machine]))
            {
                throw new HashSelfTestException($"{dataset.Algorithm.WireName()} self-test failed: "
                    + $"machine {machine + 1} of {dataset.Shape} gives another hash than one alone");
            }
        }
    }

    /// <summary>The known answers of GhostRider in every lane of a context, which other code computes than single hashes.</summary>
    /// <exception cref="HashSelfTestException">Wrong answer.</exception>
    internal static void RunLanes(HashContextHandle context, LaneDepths lanes)
    {
        var hashes = new byte[lanes.Largest * Hash256.Size];
        foreach (var answer in KnownAnswers.Of(Algorithm.GhostRider))
        {
            byte[] inputs = [.. Enumerable.Repeat(answer.Input, lanes.Largest).SelectMany(input => input)];
            context.HashMany(inputs, answer.Input.Length, hashes);
            for (var lane = 0; lane < lanes.Largest; lane++)
            {
                var hash = Hash256.FromBytes(hashes.AsSpan(lane * Hash256.Size, Hash256.Size));
                if (hash.ToString() != answer.Hash)
                {
                    throw new HashSelfTestException($"gr self-test failed in lane {lane + 1} of {lanes}: {answer.Name} is {hash}, not {answer.Hash}");
                }
            }
        }
    }
}
