using P2PMiner.Silo.Node;
using P2PMiner.Silo.Terminal;
using Spectre.Console;

namespace P2PMiner.Silo.Settings.CommandLine;

/// <summary>The help: coloured on a terminal, plain text elsewhere; the words are the same.</summary>
internal static class MinerHelp
{
    private const int Narrowest = 80;
    private const int SynopsisWidth = 30;

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

    public static int Write(ProgramIo io)
    {
        var page = new Page(io);
        page.Line("p2p-miner mines RandomX (Monero) and GhostRider (Raptoreum) on the CPUs of all your machines, as a single miner.");
        page.Heading("Usage");
        page.Line("  p2p-miner [options]");
        page.Line("  p2p-miner setup [options]             ask where to mine, write it down, and offer to tune and to start;");
        page.Line("                                        or give that back; see p2p-miner setup --help");
        page.Line("  p2p-miner hash --algo NAME [--seed HEX] [--randomx-mode MODE]   hash inputs; see p2p-miner hash --help");
        page.Line("  p2p-miner cluster init [--data DIR]   create the key of a new cluster, and print how another machine joins it");
        page.Line("  p2p-miner join [--replace] [TOKEN] [--data DIR]   join that cluster; without TOKEN it is read from standard input,");
        page.Line("                                        where the whole line that p2p-console invite prints will do;");
        page.Line("                                        --replace: even if there is a key already, which is kept aside");
        page.Line("  p2p-miner tune apply|restore|status   huge pages, registers, clock speed; see p2p-miner tune --help");
        page.Line("  p2p-miner doctor [--json] [options]   what costs speed or safety here, and what mends it; changes nothing");
        foreach (var (title, options) in new OptionTable().Groups)
        {
            page.Heading(title);
            page.Options(options);
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
        return ExitCode.Done;
    }

    public static int WriteHash(ProgramIo io)
    {
        var page = new Page(io);
        page.Paragraph("Reads inputs as hex digits from standard input, one per line, and writes one hash per line to standard output; with rx/2 each is followed by a line with its commitment, "
            + "which is what is compared with a target. For GhostRider an input is a block header of 80 bytes. A bad line is reported on standard error and ends the command with exit code 2.");
        page.Heading("Usage");
        page.Line("  p2p-miner hash --algo NAME [--seed HEX] [--randomx-mode MODE]");
        page.Heading("Options");
        page.Options(new OptionTable().HashOptions);
        page.Heading("Example");
        page.Line("  echo 00 | p2p-miner hash --algo randomx --seed 0000000000000000000000000000000000000000000000000000000000000000");
        page.Line("  printf '%0160d' 0 | p2p-miner hash --algo ghostrider");
        return ExitCode.Done;
    }

    public static int WriteTune(ProgramIo io)
    {
        var page = new Page(io);
        page.Paragraph("Makes this machine faster for hashing, for all programs, until restore or the next start of the machine: sets huge pages aside for the dataset and the "
            + "threads, puts the preset of the processor into its registers (MSR), and runs it at full clock speed. What the machine was before is kept in "
            + "/run/p2p-miner-tune. Where the machine or its kernel refuses something, as in a virtual machine or under Secure Boot, a line says so; the exit code is 0, "
            + "because mining works all the same.");
        page.Heading("Usage");
        page.Line("  p2p-miner tune apply [options]     as root: change what can be changed, read it back, and tell");
        page.Line("  p2p-miner tune restore             as root: put everything back");
        page.Line("  p2p-miner tune status [options]    show how it is now, and change nothing");
        page.Heading("Options");
        page.Options(new OptionTable().TuneOptions);
        page.Heading("Settings");
        page.Paragraph("Tuning:Msr, Tuning:HugePages and Tuning:Governor, as P2P_TUNING__MSR=false in the environment. The settings of the miner decide how many huge pages it likes; "
            + "give options here that you start it with.");
        return ExitCode.Done;
    }

    public static int WriteSetup(ProgramIo io)
    {
        var page = new Page(io);
        page.Paragraph("Asks for pool, wallet and mode, or for the join token of a cluster there is, and writes them to a settings file. Then it offers to tune this machine and to start the "
            + "service, each by itself. Nothing is done before you have seen it all and said yes. What the options say is not asked; without a terminal only what they say is done.");
        page.Heading("Usage");
        page.Line("  p2p-miner setup [options]");
        page.Line("  p2p-miner setup --undo [--config FILE]");
        page.Heading("Options");
        page.Options(new OptionTable().SetupOptions);
        page.Heading("Examples");
        page.Line("  sudo p2p-miner setup");
        page.Line("  sudo p2p-miner setup -o stratum+ssl://pool.example:443 -u WALLET --huge-pages yes --service yes");
        page.Line("  sudo p2p-miner setup --join-token-file - --yes < token");
        page.Line("  sudo p2p-miner setup --undo");
        return ExitCode.Done;
    }

    private sealed class Page
    {
        private readonly IAnsiConsole? _screen;
        private readonly TextWriter _plain;
        private readonly int _width;

        public Page(ProgramIo io)
        {
            _plain = io.Out;
            _screen = io.Screen ? AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(io.Out) }) : null;
            _width = Math.Clamp(_screen?.Profile.Width ?? 110, Narrowest, 130);
        }

        public void Heading(string text)
        {
            Line("");
            Styled(text, "bold yellow");
            Line("");
        }

        public void Line(string text) => Styled(text + "\n", "");

        public void Paragraph(string text)
        {
            foreach (var line in Wrap(text, _width - 2))
            {
                Line("  " + line);
            }
        }

        public void Options(IEnumerable<OptionEntry> options)
        {
            foreach (var option in options)
            {
                var lines = Wrap(option.Help, _width - SynopsisWidth - 3).ToList();
                Styled($"  {option.Synopsis,-SynopsisWidth} ", "green");
                Line(lines[0]);
                foreach (var line in lines.Skip(1))
                {
                    Line(new string(' ', SynopsisWidth + 3) + line);
                }
            }
        }

        private void Styled(string text, string style)
        {
            if (_screen is null || style.Length == 0)
            {
                _plain.Write(text);
            }
            else
            {
                _screen.Write(new Text(text, Style.Parse(style)));
            }
        }

        private static IEnumerable<string> Wrap(string text, int width)
        {
            var line = "";
            foreach (var word in text.Split(' '))
            {
                if (line.Length > 0 && line.Length + 1 + word.Length > width)
                {
                    yield return line;
                    line = word;
                }
                else
                {
                    line = line.Length == 0 ? word : $"{line} {word}";
                }
            }

            yield return line;
        }
    }
}
