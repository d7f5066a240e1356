using P2PMiner.Hashing;

namespace P2PMiner.Silo.Settings.CommandLine;

/// <summary>Reads the options of the hash command.</summary>
internal static class HashCommandLine
{
    public static CommandLineConfiguration Read(OptionTable table, GivenOptions given)
    {
        var name = given.Value(table.Algo)
            ?? throw new CommandLineException("--algo: hash needs an algorithm, such as randomx or ghostrider");
        AlgorithmNames.TryParse(name, out var algorithm);
        _ = Seed.TryParse(given.Value(table.Seed), out var seed);
        if (algorithm != Hashing.Algorithm.GhostRider && seed is null)
        {
            throw new CommandLineException($"--seed: {name} needs a seed (2 to 120 hex digits)");
        }

        if (algorithm == Hashing.Algorithm.GhostRider && seed is not null)
        {
            throw new CommandLineException("--seed: ghostrider takes none");
        }

        if (algorithm == Hashing.Algorithm.GhostRider && given.Has(table.HashMode))
        {
            throw new CommandLineException("--randomx-mode: ghostrider has none");
        }

        return new() { Command = MinerCommand.Hash, Algorithm = algorithm, Seed = seed ?? Seed.None, HashFast = given.Value(table.HashMode) == "fast" };
    }
}
