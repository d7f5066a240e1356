namespace P2PMiner.Silo.Settings.CommandLine;

/// <summary>Every command of the program. A new one is a line here, one in <see cref="MinerCommand"/>, and one in Program.</summary>
internal sealed class CommandTable
{
    public OptionTable Options { get; }

    /// <summary>What the program does without a command.</summary>
    public CommandEntry Mine { get; }

    public IReadOnlyList<CommandEntry> All { get; }

    public CommandTable(OptionTable options)
    {
        Options = options;
        Mine = new([], [.. options.MineOptions], given => MineCommandLine.Read(options, given));
        All =
        [
            Mine,
            new(["hash"], options.HashOptions, given => HashCommandLine.Read(options, given)) { Help = MinerCommand.HashHelp },
            new(["cluster", "init"], options.InitOptions, given => new() { Command = MinerCommand.ClusterInit, Settings = given.Settings() }),
            new(["join"], options.JoinOptions, given => new()
            {
                Command = MinerCommand.Join,
                Settings = given.Settings(),
                Token = given.Loose,
                Replace = given.Has(options.Replace),
            }) { TakesValue = true },
        ];
    }
}
