using P2PMiner.CommandLines;

namespace P2PMiner.Silo.Settings.CommandLine;

/// <summary>Every command of the program. A new one is a line here, one in <see cref="MinerCommand"/>, one in Program, and its text in <see cref="CommandHelps"/>.</summary>
internal sealed class CommandTable
{
    public const string ProgramName = "p2p-miner";

    private const string HelpWord = "help";

    public OptionTable Options { get; }

    /// <summary>What the program does without a command.</summary>
    public CommandEntry Mine { get; }

    public IReadOnlyList<CommandEntry> All { get; }

    public CommandTable(OptionTable options)
    {
        Options = options;
        Mine = new([], null, [.. options.MineOptions], given => MineCommandLine.Read(options, given));
        All =
        [
            Mine,
            new(["setup"], CommandHelps.Setup, options.SetupOptions, given => SetupCommandLine.Read(options, given)),
            new(["doctor"], CommandHelps.Doctor(options), options.DoctorOptions, given => MineCommandLine.Read(options, given) with
            {
                Command = MinerCommand.Doctor,
                Json = given.Has(options.Json),
            }),
            Group("tune", CommandHelps.Tune),
            Tune("apply", CommandHelps.TuneApply, MinerCommand.TuneApply, options.TuneOptions),
            Tune("restore", CommandHelps.TuneRestore, MinerCommand.TuneRestore, [options.Help]),
            Tune("status", CommandHelps.TuneStatus, MinerCommand.TuneStatus, options.TuneOptions),
            Group("cluster", CommandHelps.Cluster),
            new(["cluster", "init"], CommandHelps.Cluster, options.InitOptions, given => new() { Command = MinerCommand.ClusterInit, Settings = given.Settings() }),
            new(["join"], CommandHelps.Join, options.JoinOptions, given => new()
            {
                Command = MinerCommand.Join,
                Settings = given.Settings(),
                Token = given.Loose.FirstOrDefault(),
                Replace = given.Has(options.Replace),
            }) { MaxValues = 1 },
            new(["hash"], CommandHelps.Hash, options.HashOptions, given => HashCommandLine.Read(options, given)),
            new(["completion"], CommandHelps.Completion, [options.Help], _ => new() { Command = MinerCommand.Completion }),
            new([HelpWord], CommandHelps.Help, [options.Help], given => new() { Command = MinerCommand.Help, HelpOf = Named(given.Loose).Words })
            {
                MaxValues = int.MaxValue,
            },
        ];
    }

    /// <summary>The commands whose words begin with those of <paramref name="entry"/> and go on.</summary>
    public IEnumerable<CommandEntry> Below(CommandEntry entry)
        => All.Where(other => other.Words.Count > entry.Words.Count && other.Words.Take(entry.Words.Count).SequenceEqual(entry.Words));

    /// <summary>The words that may follow those of <paramref name="entry"/>.</summary>
    public IReadOnlyList<string> WordsAfter(CommandEntry entry) => [.. Below(entry).Select(below => below.Words[entry.Words.Count]).Distinct()];

    /// <summary>As a shell completes them; behind help come the words of the others.</summary>
    public IReadOnlyList<CompletedCommand> Completed()
        =>
        [
            .. All.Where(entry => entry.Words is not [HelpWord]).Select(entry => Completed(entry.Words, entry, entry.Options)),
            .. All.Where(entry => WordsAfter(entry).Count > 0).Select(entry => Completed(entry.Words.Prepend(HelpWord), entry, [Options.Help])),
        ];

    private CompletedCommand Completed(IEnumerable<string> words, CommandEntry entry, IReadOnlyList<OptionEntry> options)
        => new(string.Join(' ', words), WordsAfter(entry), [.. options.Select(option => option.Completed)]);

    /// <exception cref="CommandLineException">There is no such command.</exception>
    private CommandEntry Named(IReadOnlyList<string> words)
    {
        var found = Mine;
        foreach (var word in words)
        {
            found = All.FirstOrDefault(entry => entry.Words.SequenceEqual(found.Words.Append(word)))
                ?? throw new CommandLineException(GivenOptions.NotACommand(word, WordsAfter(found))) { Command = found.Name };
        }

        return found;
    }

    /// <summary>A word that does nothing without one of those that may follow it.</summary>
    private CommandEntry Group(string word, CommandHelp help) => new([word], help, [Options.Help], _ =>
    {
        var group = All!.First(entry => entry.Words is [var one] && one == word);
        throw new CommandLineException($"{word}: needs {OneOf(WordsAfter(group))}");
    });

    private static string OneOf(IReadOnlyList<string> words) => words.Count == 1 ? words[0] : $"one of {string.Join(", ", words.SkipLast(1))} and {words[^1]}";

    private CommandEntry Tune(string word, CommandHelp help, MinerCommand command, IReadOnlyList<OptionEntry> entries)
        => new(["tune", word], help, entries, given => new() { Command = command, Settings = given.Settings(), ConfigFile = given.Value(Options.Config) });
}
