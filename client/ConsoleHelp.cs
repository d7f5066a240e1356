using P2PMiner.CommandLines;

namespace P2PMiner.Client;

/// <summary>The page of the program and those of its commands.</summary>
internal static class ConsoleHelp
{
    private const string Program = RequestParser.ProgramName;

    private static readonly (string Title, (ConsoleCommand Command, string Form, string Text)[] Commands)[] Groups =
    [
        ("Show",
        [
            (ConsoleCommand.Status, "status", "nodes, speed, pool and results on one page"),
            (ConsoleCommand.Peers, "peers", "every node with its state, speed and shares"),
            (ConsoleCommand.Jobs, "jobs", "the current job"),
            (ConsoleCommand.Pool, "pool", "the pool connection and all configured pools"),
            (ConsoleCommand.Watch, "watch", "all of it, refreshed every two seconds until Ctrl-C"),
            (ConsoleCommand.Doctor, "doctor [NODE|all]", "what costs speed or safety on a node, or on all, and what mends it; --json shows what is fine too"),
            (ConsoleCommand.Alert, "alert", "where alerts are sent, which rules are on, and what is bad now"),
            (ConsoleCommand.AlertTest, "alert test", "have the master send a test message to each of these places, and show which took it"),
        ]),
        ("Nodes (NODE is a node's id or the first digits of it)",
        [
            (ConsoleCommand.Pause, "pause [NODE|all]", "stop hashing on a node, or on all"),
            (ConsoleCommand.Resume, "resume [NODE|all]", "continue after a pause or a drain"),
            (ConsoleCommand.Drain, "drain NODE", "finish the work in hand and take no more, before stopping the node"),
            (ConsoleCommand.Threads, "threads NODE N", "hash with N threads"),
            (ConsoleCommand.Bench, "bench NODE", "measure a node, which does not mine meanwhile"),
            (ConsoleCommand.Quarantine, "quarantine NODE", "stop giving a node work, and refuse its shares"),
            (ConsoleCommand.Release, "release NODE", "end the quarantine, also one for wrong hashes"),
        ]),
        ("Pools (a change outlives the master, but not a restart of all nodes: that takes the configuration)",
        [
            (ConsoleCommand.PoolAdd, "pool add URL -u USER", "add a pool after the existing ones"),
            (ConsoleCommand.PoolSwitch, "pool switch URL", "prefer a pool: it takes over once it works"),
            (ConsoleCommand.PoolRemove, "pool remove URL", "stop using a pool at once"),
            (ConsoleCommand.Algo, "algo [NAME...]", "show or set the algorithms offered to pools, preferred first"),
        ]),
        ("Machines",
        [
            (ConsoleCommand.Invite, "invite", "print the command with which another machine joins; keep the line secret"),
            (ConsoleCommand.RotateKey, "rotate-key",
                "give the cluster a new key while it runs, and print the new join line; nothing changes unless every node confirms"),
        ]),
        ("This program",
        [
            (ConsoleCommand.Completion, "completion", "print the completion of p2p-console for bash: source <(p2p-console completion)"),
            (ConsoleCommand.Help, "help [COMMAND]", "show this page, or that of a command; as --help behind it"),
        ]),
    ];

    /// <summary>By the name that begins the form.</summary>
    private static readonly (string Form, string Text)[] Options =
    [
        ("--seconds S", "for 1 to 60 s. Default 10."),
        ("-u, --user USER", "wallet address, or what the pool calls the user"),
        ("--pass TEXT", "password for the pool. P2P_PASS in the environment may hold it instead, where the process list does not show it. Default x."),
        ("--rig-id TEXT", "name of the rig in the pool's statistics"),
        ("--tls-fingerprint HEX", "accept only the pool certificate with this SHA-256"),
        ("--tls-strict", "accept a pool certificate only if the system trusts it"),
        ("--socks5 HOST:PORT", "reach the pool through this SOCKS5 proxy; also USER:PASS@HOST:PORT"),
        ("--rpc-login USER:PASS", "the --rpc-login of a daemon. P2P_RPC_LOGIN in the environment may hold it instead."),
        ("--nicehash", "leave the last nonce byte to the pool"),
        ("--keepalive", "send a keepalive after each minute of silence"),
        ("--grace HOURS", "accept the old key for another 0.1 to 720 h. Default 24."),
        ("--with-token", "with --json: include the new join line"),
        ("--gateway HOST:PORT", $"a node's gateway. Default: that of the node that runs with --data, else {ConsoleRequest.DefaultGateway}."),
        ("--data DIR", "folder with the cluster key, as for this machine's p2p-miner. Without it, and while no node runs with a key of one's own, "
            + "members of the group of the machine's service come in by /run/p2p-miner/console.sock."),
        ("--json", "print JSON for scripts"),
        ("--version", "show the version and exit"),
        ("-h, --help", "show this help and exit"),
    ];

    /// <param name="command">Null: the program.</param>
    /// <param name="width">Columns of the terminal; null: there is none.</param>
    public static void Write(TextWriter output, ConsoleCommand? command, int? width)
    {
        var columns = HelpColumns.WidthFor(width);
        if (command is { } one)
        {
            WriteCommand(output, one, columns);
        }
        else
        {
            WriteProgram(output, columns);
        }
    }

    private static void WriteProgram(TextWriter output, int width)
    {
        output.WriteLine($"{Program} shows and controls a running p2p-miner.");
        Section(output, "Usage", width,
            [($"{Program} [options]", "a prompt for the commands below, with history and completion"), ($"{Program} COMMAND [options]", "one of them")]);
        foreach (var (title, commands) in Groups)
        {
            // Those of a command stand below it, further in.
            Section(output, title, width, commands.SelectMany(
                entry => RequestParser.OwnOptions(entry.Command).Select(Term).Select(option => ($"    {option.Form}", option.Text))
                    .Prepend((entry.Form, entry.Text))));
        }

        Section(output, "Options", width, RequestParser.OwnOptions(null).Select(Aligned));
        output.WriteLine("\nExit codes\n  0 done   1 refused: the message says why   2 wrong command line or unknown node   69 no silo answers");
    }

    private static void WriteCommand(TextWriter output, ConsoleCommand command, int width)
    {
        var words = RequestParser.WordsOf(command);
        var entries = Groups.SelectMany(group => group.Commands).Where(entry => $"{entry.Form} ".StartsWith($"{words} ", StringComparison.Ordinal)).ToList();
        output.WriteLine("Usage");
        foreach (var (term, text) in HelpColumns.Terms(entries.Select(entry => ($"{Program} {entry.Form} [options]", entry.Text)), width))
        {
            output.WriteLine((term + text).TrimEnd());
        }

        var options = entries.SelectMany(entry => RequestParser.OwnOptions(entry.Command)).Concat(RequestParser.CommonOptions).Distinct();
        Section(output, "Options", width, options.Select(Aligned));
    }

    private static void Section(TextWriter output, string title, int width, IEnumerable<(string, string)> terms)
    {
        output.WriteLine($"\n{title}");
        foreach (var (term, text) in HelpColumns.Terms(terms, width))
        {
            output.WriteLine((term + text).TrimEnd());
        }
    }

    private static (string Form, string Text) Term(string option) => Options.First(entry => entry.Form.Split(' ', ',').Contains(option));

    /// <summary>Long names below each other.</summary>
    private static (string, string) Aligned(string option)
    {
        var (form, text) = Term(option);
        return (form.StartsWith("--", StringComparison.Ordinal) ? $"    {form}" : form, text);
    }
}
