using System.Globalization;
using P2PMiner.Hashing;

namespace P2PMiner.Silo.Settings.CommandLine;

/// <summary>Reads the options of mining, and of --dry-run and --bench, which take the same.</summary>
internal static class MineCommandLine
{
    public static CommandLineConfiguration Read(OptionTable table, GivenOptions given)
    {
        var settings = given.Settings();
        PoolSettings.AddTo(settings, table, given);
        if (given.Has(table.Practice) && given.Has(table.Pool))
        {
            throw new CommandLineException("--practice: the practice pool cannot be combined with --pool");
        }

        if (given.Has(table.Pool))
        {
            // A pool on the command line is mined on, even if the configuration asks for practice.
            settings["Pool:Practice"] = "false";
        }

        var bench = given.Value(table.Bench);
        if (bench is not null && given.Has(table.DryRun))
        {
            throw new CommandLineException("--dry-run: cannot be combined with --bench");
        }

        Algorithm? algorithm = AlgorithmNames.TryParse(given.Value(table.Algo), out var named) ? named : null;
        ulong? ofGhostRider = bench switch
        {
            OptionValues.GhostRiderBench => OptionValues.GhostRiderBenchNonces,
            OptionValues.GhostRiderQuickBench => OptionValues.GhostRiderQuickBenchNonces,
            _ => null,
        };
        if (bench is not null && algorithm is { } other && (other == Hashing.Algorithm.GhostRider) != (ofGhostRider is not null))
        {
            throw new CommandLineException(
                $"--bench: {bench} does not measure {other.WireName()}; RandomX takes a number of hashes, GhostRider gr or gr-quick");
        }

        if (ofGhostRider is not null)
        {
            // The other settings are checked against this algorithm, even if the configuration names another for mining.
            settings["Node:Algorithm"] = Hashing.Algorithm.GhostRider.WireName();
        }

        return new()
        {
            Command = given.Has(table.DryRun) ? MinerCommand.DryRun : bench is null ? MinerCommand.Mine : MinerCommand.Bench,
            ShowsAll = given.Value(table.DryRun) == OptionTable.All,
            Settings = settings,
            ConfigFile = given.Value(table.Config),
            BenchHashes = bench is null || ofGhostRider is not null ? 0 : ulong.Parse(bench, CultureInfo.InvariantCulture),
            GhostRiderBenchNonces = ofGhostRider,
            Algorithm = algorithm,
        };
    }
}
