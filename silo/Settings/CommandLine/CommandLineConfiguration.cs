using System.CommandLine;
using P2PMiner.Hashing;

namespace P2PMiner.Silo.Settings.CommandLine;

/// <summary>A command line, read and checked: what to do, and the settings it gives.</summary>
internal sealed record CommandLineConfiguration
{
    public required MinerCommand Command { get; init; }

    /// <summary>The program and the command that was given, such as "p2p-miner tune apply".</summary>
    public string Name { get; init; } = CommandTable.ProgramName;

    /// <summary>The words of the command whose help is asked for; none: the program's.</summary>
    public IReadOnlyList<string> HelpOf { get; init; } = [];

    /// <summary>Configuration keys (Hashing:Threads, Pool:Pools:0:Url) and values, in their canonical form.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>--config: a full path, or null for the usual places.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>--dry-run=all: settings that have their defaults too.</summary>
    public bool ShowsAll { get; init; }

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
        var root = new Command(CommandTable.ProgramName);
        var entries = new Dictionary<Command, CommandEntry>();
        foreach (var entry in commands.All)
        {
            var command = entry.Words.Aggregate(root, Below);
            entries[command] = entry;
            // Never run; without an action the parser would demand a subcommand.
            command.SetAction(_ => 0);
            // GivenOptions finds them, and says what they might have been.
            command.TreatUnmatchedTokensAsErrors = false;
            entry.Options.ToList().ForEach(option => command.Options.Add(option.Option));
            if (entry.MaxValues > 0)
            {
                command.Arguments.Add(new Argument<string[]>("VALUE") { Arity = ArgumentArity.ZeroOrMore });
            }
        }

        var parsed = root.Parse(args, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        var asked = entries[parsed.CommandResult.Command];
        try
        {
            return Read(commands, asked, parsed) with { Name = asked.Name };
        }
        catch (CommandLineException error)
        {
            error.Command ??= asked.Name;
            throw;
        }
    }

    private static CommandLineConfiguration Read(CommandTable commands, CommandEntry asked, ParseResult parsed)
    {
        var given = GivenOptions.Read(parsed, asked, commands.WordsAfter(asked));
        if (given.Has(commands.Options.Help))
        {
            return new() { Command = MinerCommand.Help, HelpOf = asked.Words };
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
