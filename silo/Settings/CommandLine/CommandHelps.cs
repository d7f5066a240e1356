namespace P2PMiner.Silo.Settings.CommandLine;

/// <summary>The texts of the commands' help.</summary>
internal static class CommandHelps
{
    public static CommandHelp Setup { get; } = new("setup [options]", "ask where to mine, write it down, and offer to tune and to start; or give that back")
    {
        About = "Asks for pool, wallet and mode, or for the join token of a cluster there is, and writes them to a settings file. Then it offers to tune this machine and to start the "
            + "service, each by itself. Nothing is done before you have seen it all and said yes. What the options say is not asked; without a terminal only what they say is done.",
        Usage = [("setup [options]", ""), ("setup --undo [--config FILE]", "")],
        Examples =
        [
            "sudo p2p-miner setup",
            "sudo p2p-miner setup -o stratum+ssl://pool.example:443 -u WALLET --huge-pages yes --service yes",
            "sudo p2p-miner setup --join-token-file - --yes < token",
            "sudo p2p-miner setup --undo",
        ],
    };

    public static CommandHelp Hash { get; } = new("hash --algo NAME [options]", "hash inputs from standard input")
    {
        About = "Reads inputs as hex digits from standard input, one per line, and writes one hash per line to standard output; with rx/2 each is followed by a line with its commitment, "
            + "which is what is compared with a target. For GhostRider an input is a block header of 80 bytes. A bad line is reported on standard error and ends the command with exit code 2.",
        Usage = [("hash --algo NAME [--seed HEX] [--randomx-mode MODE]", "")],
        Examples =
        [
            "echo 00 | p2p-miner hash --algo randomx --seed 0000000000000000000000000000000000000000000000000000000000000000",
            "printf '%0160d' 0 | p2p-miner hash --algo ghostrider",
        ],
    };

    public static CommandHelp Cluster { get; } = new("cluster init [options]", "create the key of a new cluster, and print how another machine joins it")
    {
        About = "Creates the key of a new cluster in the data folder, without starting to mine, and prints the line with which another machine joins it. Whoever has that line can join: keep "
            + "it secret. A node that is started without a key creates one by itself, so this is needed only to have the line before.",
    };

    public static CommandHelp Join { get; } = new("join [TOKEN] [options]", "join the cluster of another machine, by the token that p2p-console invite prints there")
    {
        About = "Stores the key of a cluster there is in the data folder: p2p-miner then mines with its machines. TOKEN is what p2p-console invite prints on one of them. Without TOKEN it is read "
            + "from standard input, which keeps it out of the process list; there the whole line that p2p-console invite prints will do. Where a key is already "
            + "that others may have, --replace is needed. The old one is kept aside.",
        Examples = ["p2p-miner join < token"],
    };

    public static CommandHelp TuneApply { get; } = new("tune apply [options]", "as root: change what can be changed, read it back, and tell")
    {
        About = "Sets huge pages aside, puts the preset of the processor into its registers (MSR) and runs it at full clock speed, until p2p-miner tune restore or the next start of the machine. "
            + "Needs root. Where the machine or its kernel refuses something, a line says so; the exit code is 0, because mining works all the same.",
        More = [TuneSettings],
    };

    public static CommandHelp TuneRestore { get; } = new("tune restore", "as root: put everything back")
    {
        About = "Puts back what p2p-miner tune apply has changed. Needs root.",
    };

    public static CommandHelp TuneStatus { get; } = new("tune status [options]", "show how it is now, and change nothing")
    {
        About = "Shows huge pages, registers and clock speed as they are now, beside what p2p-miner tune apply would set. Changes nothing.",
        More = [TuneSettings],
    };

    public static CommandHelp Tune { get; } = new("tune apply|restore|status [options]", "huge pages, registers and clock speed of this machine")
    {
        About = "Makes this machine faster for hashing, for all programs, until restore or the next start of the machine: sets huge pages aside for the dataset and the "
            + "threads, puts the preset of the processor into its registers (MSR), and runs it at full clock speed. What the machine was before is kept in "
            + "/run/p2p-miner-tune. Where the machine or its kernel refuses something, as in a virtual machine or under Secure Boot, a line says so; the exit code is 0, "
            + "because mining works all the same.",
        // Behind those three, because static members are made in the order in which they stand here.
        Usage = [Line(TuneApply), Line(TuneRestore), Line(TuneStatus)],
        More = [TuneSettings],
    };

    private static (string, string) TuneSettings
        => ("Settings", "Tuning:Msr, Tuning:HugePages and Tuning:Governor, as P2P_TUNING__MSR=false in the environment. The settings of the miner decide how many huge pages it likes; "
            + "give options here that you start it with.");

    public static CommandHelp Doctor(OptionTable options) => new("doctor [options]", "tell what costs speed or safety here, and what mends it; changes nothing")
    {
        About = "Examines this machine, the settings and a node that runs here, and tells what costs speed or safety, each with the command that mends it. Changes nothing. The exit code is 1 if it "
            + "finds anything of that kind. It takes the options of mining too, and examines what they would give: p2p-miner --help lists them.",
        OwnOptions = [options.Json, options.Config, options.Help],
        Examples = ["p2p-miner doctor", "sudo p2p-miner doctor --config /etc/p2p-miner/orleans.json"],
    };

    public static CommandHelp Completion { get; } = new("completion", "print the completion of p2p-miner for bash")
    {
        About = "Prints a script by which bash completes commands, options and their values at the Tab key. The Debian package has it installed; elsewhere a line in ~/.bashrc reads it.",
        Examples = ["source <(p2p-miner completion)"],
    };

    public static CommandHelp Help { get; } = new("help [COMMAND]", "show this page, or that of a command")
    {
        About = "Shows what p2p-miner --help shows, or p2p-miner COMMAND --help.",
        Examples = ["p2p-miner help", "p2p-miner help tune apply"],
    };

    private static (string, string) Line(CommandHelp help) => (help.Form, help.Summary);
}
