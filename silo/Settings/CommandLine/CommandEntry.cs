namespace P2PMiner.Silo.Settings.CommandLine;

/// <summary>One command of the program: the words that call it, its options, and what a command line with it asks for.</summary>
/// <param name="Words">None for mining, which needs no word.</param>
/// <param name="Read">Throws <see cref="CommandLineException"/> if the options do not go together.</param>
internal sealed record CommandEntry(
    IReadOnlyList<string> Words, IReadOnlyList<OptionEntry> Options, Func<GivenOptions, CommandLineConfiguration> Read)
{
    /// <summary>One value may follow that belongs to no option.</summary>
    public bool TakesValue { get; init; }

    /// <summary>The page that --help shows.</summary>
    public MinerCommand Help { get; init; } = MinerCommand.Help;
}
