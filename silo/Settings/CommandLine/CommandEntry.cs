namespace P2PMiner.Silo.Settings.CommandLine;

/// <summary>One command of the program: the words that call it, its options, and what a command line with it asks for.</summary>
/// <param name="Words">None for mining, which needs no word.</param>
/// <param name="Help">Null for mining: the page of the program.</param>
/// <param name="Read">Throws <see cref="CommandLineException"/> if the options do not go together.</param>
internal sealed record CommandEntry(
    IReadOnlyList<string> Words, CommandHelp? Help, IReadOnlyList<OptionEntry> Options, Func<GivenOptions, CommandLineConfiguration> Read)
{
    /// <summary>So many values may follow that belong to no option.</summary>
    public int MaxValues { get; init; }

    /// <summary>"p2p-miner tune apply"</summary>
    public string Name => string.Join(' ', Words.Prepend(CommandTable.ProgramName));
}
