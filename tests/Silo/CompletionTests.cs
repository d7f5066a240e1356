using System.ComponentModel;
using System.Diagnostics;
using P2PMiner.Client;
using P2PMiner.CommandLines;
using P2PMiner.Silo.Settings.CommandLine;

namespace P2PMiner.Silo.Tests;

/// <summary>What both programs print for completion, in bash.</summary>
public sealed class CompletionTests : IDisposable
{
    private const string Miner = CommandTable.ProgramName;
    private const string Console = RequestParser.ProgramName;

    private readonly TemporaryFolder _folder = new();

    public CompletionTests()
    {
        _folder.File("one.json", "");
        _folder.File("two.json", "");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "other"));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("p2p-miner clu", "cluster")]
    [InlineData("p2p-miner tune ", "apply restore status")]
    [InlineData("p2p-miner tune re", "restore")]
    [InlineData("p2p-miner help tune a", "apply")]
    [InlineData("p2p-miner --alg", "--algo")]
    [InlineData("p2p-miner hash --se", "--seed")]
    [InlineData("p2p-miner join ", "--replace --data -h --help")]
    [InlineData("p2p-miner join --re", "--replace")]
    [InlineData("p2p-miner --mode ", "auto master worker")]
    [InlineData("p2p-miner -m w", "worker")]
    [InlineData("p2p-miner --mode =", "auto master worker")]
    [InlineData("p2p-miner --mode = m", "master")]
    [InlineData("p2p-miner --mode=m", "--mode=master")]
    [InlineData("p2p-miner -t 4 --mode master --randomx-mode p", "partial")]
    [InlineData("p2p-miner hash --randomx-mode ", "auto fast light")]
    [InlineData("p2p-miner -a r", "randomx rx/0 rx/2 raptoreum")]
    [InlineData("p2p-miner setup --service ", "yes no")]
    [InlineData("p2p-miner setup --nicehash f", "false")]
    [InlineData("p2p-miner setup --nicehash --ye", "--yes")]
    [InlineData("p2p-miner --bench g", "gr gr-quick")]
    [InlineData("p2p-miner --config on", "one.json")]
    [InlineData("p2p-miner --config = t", "two.json")]
    [InlineData("p2p-miner setup --pass-file ", "one.json other two.json")]
    [InlineData("p2p-miner --data ", "other")]
    [InlineData("p2p-miner --dry-run =", "all")]
    [InlineData("p2p-miner --dry-run --algo m", "monero")]
    [InlineData("p2p-miner --rig-id ", "")]
    [InlineData("p2p-miner --rig-id tune --dry", "--dry-run")]
    [InlineData("p2p-miner --pool stratum+tcp : //one.example : 1 --user-", "")]
    [InlineData("p2p-miner you", "")]
    [InlineData("p2p-console pool sw", "switch")]
    [InlineData("p2p-console alert t", "test")]
    [InlineData("p2p-console pau", "pause")]
    [InlineData("p2p-console pause ", "all")]
    [InlineData("p2p-console algo gh", "ghostrider")]
    [InlineData("p2p-console status --data o", "other")]
    [InlineData("p2p-console --gateway host : 1 stat", "status")]
    [InlineData("p2p-console pool add one --tls-s", "--tls-strict")]
    [InlineData("p2p-console help rot", "rotate-key")]
    public async Task Tab_AtTheEndOfALine_ProposesWhatFits(string line, string expected)
        => Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal),
            (await AskAsync(line.Split(' ')[0], [line.Split(' ')]))[0].Order(StringComparer.Ordinal));

    [Theory]
    [InlineData(Miner)]
    [InlineData(Console)]
    public async Task Tab_AtEveryCommandAndOption_ProposesWhatTheTablesHave(string program)
    {
        var questions = new List<(string[] Line, IEnumerable<string> Answer)>();
        foreach (var command in Commands(program))
        {
            string[] words = [program, .. command.Words.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
            questions.Add(([.. words, "-"], command.Options.SelectMany(option => option.Names)));
            questions.Add(([.. words, ""], command.Next.Count > 0 ? command.Next : command.Options.SelectMany(option => option.Names)));
            questions.AddRange(command.Options.Where(option => option.Kind == ValueKind.Words && !option.MayBeLeftOut)
                .SelectMany(option => option.Names, (option, name) => ((string[])[.. words, name, ""], (IEnumerable<string>)option.Words)));
        }

        var answers = await AskAsync(program, [.. questions.Select(question => question.Line)]);

        Assert.Equal(
            questions.Select(question => Told(question.Line, question.Answer)), questions.Zip(answers, (question, answer) => Told(question.Line, answer)));

        static string Told(string[] line, IEnumerable<string> words) => $"{string.Join(' ', line)}: {string.Join(' ', words.Order(StringComparer.Ordinal))}";
    }

    [Fact]
    public void Values_OfOptionsWithFewOfThem_AreProposed()
    {
        var table = new CommandTable(new());

        Assert.All(
            table.All.SelectMany(entry => entry.Options).Where(entry => entry.Option.HelpName is "MODE" or "BOOL" or "ANSWER"), entry => Assert.NotEmpty(entry.Words));
        Assert.All(table.All.SelectMany(entry => entry.Options).SelectMany(entry => entry.Words, (entry, word) => (entry, word)),
            pair => pair.entry.Read(pair.entry.Name, pair.word));
    }

    [Theory]
    [InlineData(Miner)]
    [InlineData(Console)]
    public async Task Script_ByShellcheck_HasNoFault(string program)
    {
        var file = _folder.File("script", await ScriptAsync(program));
        try
        {
            using var check = Process.Start(new ProcessStartInfo("shellcheck", [file]) { RedirectStandardOutput = true })!;
            Assert.Equal("", await check.StandardOutput.ReadToEndAsync());
        }
        catch (Win32Exception)
        {
            Assert.Skip("shellcheck is not installed");
        }
    }

    private async Task<IReadOnlyList<IReadOnlyList<string>>> AskAsync(string program, IReadOnlyList<IReadOnlyList<string>> lines)
        => await BashCompletions.OfAsync(await ScriptAsync(program), _folder.Path, lines);

    private static async Task<string> ScriptAsync(string program)
    {
        if (program == Miner)
        {
            return (await InProcess.RunAsync(["completion"])).Out;
        }

        var output = new StringWriter();
        Assert.Equal(0, await P2PMiner.Client.Program.RunAsync(["completion"], output, TextWriter.Null, screen: false, TextReader.Null, new()));
        return output.ToString();
    }

    private static IReadOnlyList<CompletedCommand> Commands(string program)
        => program == Miner ? new CommandTable(new()).Completed() : RequestParser.Completed();
}
