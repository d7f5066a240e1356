using System.CommandLine;
using System.Globalization;
using P2PMiner.Hashing;

namespace P2PMiner.Silo.Settings.CommandLine;

/// <summary>A command line, read and checked: what to do, and the settings it gives.</summary>
internal sealed record CommandLineConfiguration
{
    public required MinerCommand Command { get; init; }

    /// <summary>Configuration keys (Hashing:Threads, Pool:Pools:0:Url) and values, in their canonical form.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>--config: a full path, or null for the usual places.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>--bench: how many nonces.</summary>
    public ulong BenchHashes { get; init; }

    /// <summary>--bench gr: how many nonces of each header; null: the benchmark of RandomX.</summary>
    public ulong? GhostRiderBenchNonces { get; init; }

    /// <summary>--algo; null when not given.</summary>
    public Algorithm? Algorithm { get; init; }

    /// <summary>--seed of the hash command; <see cref="Seed.None"/> for algorithms without one.</summary>
    public Seed Seed { get; init; } = Seed.None;

    /// <summary>--randomx-mode fast of the hash command.</summary>
    public bool HashFast { get; init; }

    /// <summary>Of join; secret. Null: to be read from standard input.</summary>
    public string? Token { get; init; }

    /// <summary>--replace of join.</summary>
    public bool Replace { get; init; }

    /// <exception cref="CommandLineException">An option or value is wrong.</exception>
    public static CommandLineConfiguration Parse(IReadOnlyList<string> args)
    {
        var table = new OptionTable();
        var hash = new Command("hash");
        var token = new Argument<string?>("TOKEN") { Arity = ArgumentArity.ZeroOrOne };
        var join = new Command("join") { token };
        var init = new Command("init");
        var root = new Command("p2p-miner") { hash, join, new Command("cluster") { init } };
        // Never run; without an action the parser would demand a subcommand.
        root.SetAction(_ => 0);
        AddTo(root, table.MineOptions);
        AddTo(hash, table.HashOptions);
        AddTo(join, table.JoinOptions);
        AddTo(init, table.InitOptions);
        var parsed = root.Parse(args, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });

        var isHash = parsed.CommandResult.Command == hash;
        var isJoin = parsed.CommandResult.Command == join;
        var isInit = parsed.CommandResult.Command == init;
        var given = GivenOptions.Read(
            parsed, isHash ? table.HashOptions : isJoin ? table.JoinOptions : isInit ? table.InitOptions : table.MineOptions, isJoin ? 1 : 0);
        if (given.Has(table.Help))
        {
            return new() { Command = isHash ? MinerCommand.HashHelp : MinerCommand.Help };
        }

        if (parsed.Errors is [var error, ..])
        {
            throw new CommandLineException(error.Message);
        }

        if (given.Has(table.Version))
        {
            return new() { Command = MinerCommand.Version };
        }

        if (isJoin || isInit)
        {
            return new()
            {
                Command = isJoin ? MinerCommand.Join : MinerCommand.ClusterInit,
                Settings = given.Settings(),
                Token = parsed.GetValue(token),
                Replace = given.Has(table.Replace),
            };
        }

        return isHash ? Hash(table, given) : Mine(table, given);
    }

    private static CommandLineConfiguration Hash(OptionTable table, GivenOptions given)
    {
        var name = given.Value(table.Algo)
            ?? throw new CommandLineException("--algo: hash needs an algorithm (randomx, rx/0, rx/2, ghostrider or gr)");
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

    private static CommandLineConfiguration Mine(OptionTable table, GivenOptions given)
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
            Settings = settings,
            ConfigFile = given.Value(table.Config),
            BenchHashes = bench is null || ofGhostRider is not null ? 0 : ulong.Parse(bench, CultureInfo.InvariantCulture),
            GhostRiderBenchNonces = ofGhostRider,
            Algorithm = algorithm,
        };
    }

    private static void AddTo(Command command, IEnumerable<OptionEntry> entries)
    {
        foreach (var entry in entries)
        {
            command.Options.Add(entry.Option);
        }
    }
}
