using System.CommandLine;
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

    /// <summary>What setup was given; null for other commands.</summary>
    public SetupRequest? Setup { get; init; }

    /// <summary>--json of doctor.</summary>
    public bool Json { get; init; }

    /// <exception cref="CommandLineException">An option or value is wrong.</exception>
    public static CommandLineConfiguration Parse(IReadOnlyList<string> args)
    {
        var commands = new CommandTable(new OptionTable());
        // An entry's words are nested commands of the parser. Values are not the parser's business: GivenOptions reads them.
        var root = new Command("p2p-miner");
        var entries = new Dictionary<Command, CommandEntry>();
        foreach (var entry in commands.All)
        {
            var command = entry.Words.Aggregate(root, Below);
            entries[command] = entry;
            // Never run; without an action the parser would demand a subcommand.
            command.SetAction(_ => 0);
            entry.Options.ToList().ForEach(option => command.Options.Add(option.Option));
            if (entry.TakesValue)
            {
                command.Arguments.Add(new Argument<string?>("VALUE") { Arity = ArgumentArity.ZeroOrOne });
            }
        }

        var parsed = root.Parse(args, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        var asked = entries.GetValueOrDefault(parsed.CommandResult.Command, commands.Mine);
        var given = GivenOptions.Read(parsed, asked);
        if (given.Has(commands.Options.Help))
        {
            return new() { Command = asked.Help };
        }

        if (parsed.Errors is [var error, ..])
        {
            throw new CommandLineException(error.Message);
        }

        return given.Has(commands.Options.Version) ? new() { Command = MinerCommand.Version } : asked.Read(given);
    }

    private static Command Below(Command command, string word)
    {
        if (command.Subcommands.FirstOrDefault(known => known.Name == word) is { } known)
        {
            return known;
        }

        var added = new Command(word);
        command.Subcommands.Add(added);
        return added;
    }
}
