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
            new(["tune"], [options.Help], _ => throw new CommandLineException("tune: needs one of apply, restore and status")) { Help = MinerCommand.TuneHelp },
            Tune("apply", MinerCommand.TuneApply, options.TuneOptions),
            Tune("restore", MinerCommand.TuneRestore, [options.Help]),
            Tune("status", MinerCommand.TuneStatus, options.TuneOptions),
            new(["setup"], options.SetupOptions, given => SetupCommandLine.Read(options, given)) { Help = MinerCommand.SetupHelp },
            new(["doctor"], options.DoctorOptions, given => MineCommandLine.Read(options, given) with
            {
                Command = MinerCommand.Doctor,
                Json = given.Has(options.Json),
            }),
        ];
    }

    private CommandEntry Tune(string word, MinerCommand command, IReadOnlyList<OptionEntry> entries)
        => new(["tune", word], entries, given => new() { Command = command, Settings = given.Settings(), ConfigFile = given.Value(Options.Config) })
        {
            Help = MinerCommand.TuneHelp,
        };
}
