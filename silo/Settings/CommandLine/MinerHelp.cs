using P2PMiner.Silo.Node;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.Settings.CommandLine;

/// <summary>The page of the program and those of its commands, made from the tables of commands and options.</summary>
internal static class MinerHelp
{
    private static readonly (string Command, string What)[] Examples =
    [
        ("p2p-miner --practice", "try it: no account, no network"),
        ("p2p-miner -o stratum+ssl://pool.example:443 -u WALLET", "mine on a pool"),
        ("p2p-miner -o pool1.example:3333 -o pool2.example:3333 -u WALLET", "with a second pool as a backup"),
        ("p2p-miner -o daemon+http://127.0.0.1:18081 -u WALLET", "mine solo on your own monerod"),
        ("p2p-miner --bench 250K", "measure this machine"),
        ("p2p-miner --bench gr", "the same for GhostRider"),
        ("p2p-miner --dry-run", "see the settings in effect"),
    ];

    /// <param name="words">Of the command; none: the program.</param>
    public static int Write(ProgramIo io, IReadOnlyList<string> words)
    {
        var (page, commands) = (new HelpPage(io), new CommandTable(new OptionTable()));
        var entry = commands.All.First(entry => entry.Words.SequenceEqual(words));
        if (entry.Help is { } help)
        {
            WriteCommand(page, commands, entry, help);
        }
        else
        {
            WriteProgram(page, commands);
        }

        return ExitCode.Done;
    }

    private static void WriteProgram(HelpPage page, CommandTable commands)
    {
        page.Line("p2p-miner mines RandomX (Monero) and GhostRider (Raptoreum) on the CPUs of all your machines, as a single miner.");
        page.Heading("Usage");
        page.Terms([("p2p-miner [options]", "mine"), ("p2p-miner COMMAND [options]", "one of these commands; p2p-miner COMMAND --help tells more")]);
        page.Heading("Commands");
        page.Terms(commands.All.Where(entry => entry.Words.Count == 1).Select(entry => (entry.Help!.Form, entry.Help.Summary)));
        foreach (var (title, options) in commands.Options.Groups)
        {
            page.Heading(title);
            page.Terms(options.Select(Term));
        }

        page.Heading("Examples");
        foreach (var (command, what) in Examples)
        {
            page.Line($"  {command,-66} {what}");
        }

        page.Heading("Settings");
        page.Paragraph("The command line takes precedence, then the environment (P2P_ and the key, as in P2P_HASHING__THREADS=4), then the files, then "
            + "the defaults. The files are orleans.json and, over it, setup.json, which p2p-miner setup writes: those next to the program if orleans.json is there, else those in "
            + "/etc/p2p-miner, and over them your own ~/.config/p2p-miner/setup.json. With --config it is that file alone. A pool option given once applies to all pools; given once for each --pool, the n-th belongs to the n-th pool.");
        page.Heading("As a service");
        page.Paragraph("A service manager is told when the node is ready and how it stands (NOTIFY_SOCKET). Where one started it, SIGHUP reads the files again and takes over "
            + "their pools. In the folder RUNTIME_DIRECTORY it listens at console.sock, for p2p-console of that file's group.");
        page.Heading("Exit codes");
        page.Line("  0 done   1 failed   2 wrong command line   75 to be restarted   78 wrong configuration");
    }

    private static void WriteCommand(HelpPage page, CommandTable commands, CommandEntry entry, CommandHelp help)
    {
        page.Paragraph(help.About);
        page.Heading("Usage");
        page.Terms((help.Usage.Count > 0 ? help.Usage : [(help.Form, "")]).Select(usage => ($"p2p-miner {usage.Form}", usage.What)));
        page.Heading("Options");
        // Of a group of commands those of all of them, so that one page tells everything.
        var options = commands.Below(entry).Append(entry).SelectMany(below => below.Options).Distinct().OrderBy(option => option == commands.Options.Help);
        page.Terms((help.OwnOptions ?? options).Select(Term));
        foreach (var (title, text) in help.More)
        {
            page.Heading(title);
            page.Paragraph(text);
        }

        if (help.Examples.Count > 0)
        {
            page.Heading("Examples");
            help.Examples.ToList().ForEach(example => page.Line($"  {example}"));
        }
    }

    private static (string, string) Term(OptionEntry option) => (option.Synopsis, option.Help);
}
