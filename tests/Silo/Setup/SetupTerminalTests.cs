using System.Diagnostics;
using System.Text;
using P2PMiner.Security;
using P2PMiner.TestKit;

namespace P2PMiner.Silo.Tests.Setup;

/// <summary>The program itself at a terminal, which script(1) makes.</summary>
public sealed class SetupTerminalTests : IAsyncDisposable
{
    private const string Wallet = "888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup3H";

    private readonly TemporaryFolder _folder = new();
    private readonly StringBuilder _shown = new();
    private readonly Process _terminal;
    private readonly Task _reading;
    private int _seen;

    public SetupTerminalTests()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "p2p-miner");
        // A Ctrl-C before the question is hidden is a signal for the shell, too, which must live on to say how the program ended.
        var shell = $"trap : INT; '{program}' setup --config '{Settings}' --data '{_folder.Path}/data'; echo exit $?; stty -a";
        var start = new ProcessStartInfo("script", ["-qefc", shell, "/dev/null"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        _terminal = Process.Start(start)!;
        _reading = ReadAsync();
    }

    private string Settings => Path.Combine(_folder.Path, "mine.json");

    public async ValueTask DisposeAsync()
    {
        _terminal.Kill(entireProcessTree: true);
        await _reading;
        _terminal.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Setup_AnsweredAtATerminal_WritesAndShowsNoSecret()
    {
        await AnswerAsync("Join token", "");
        await AnswerAsync("What to mine", "");
        await AnswerAsync("Pool,", "stratum+ssl://pool.example:443");
        await AnswerAsync("Wallet", Wallet);
        await AnswerAsync("Password", "geheim");
        await AnswerAsync("May this", "worker");
        await AnswerAsync("Do this now? [no]", "yse");
        await AnswerAsync("Do this now? [no]", "yes");
        await ShownAsync("exit 0");

        Assert.Contains("\"Pass\": \"geheim\"", await File.ReadAllTextAsync(Settings, TestContext.Current.CancellationToken));
        Assert.DoesNotContain("geheim", Shown());
    }

    [Fact]
    public async Task Setup_StoppedAtAHiddenQuestion_ChangesNothingAndGivesTheTerminalBack()
    {
        var token = ClusterKey.NewRandom().ToToken();
        await AnswerAsync("Join token", $"{token}x");
        await ShownAsync("Join token");
        await Eventually.HoldsAsync(StoppedAsync, "the end", found: Shown);
        await ShownAsync("Stopped. Nothing is changed.");
        await ShownAsync("exit 1");
        await ShownAsync(" echo ");

        Assert.DoesNotContain(token[..20], Shown());
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    /// <summary>A key that comes while the terminal is being told to hide what is typed is lost: a person presses again.</summary>
    private async Task<bool> StoppedAsync()
    {
        await _terminal.StandardInput.WriteAsync('\u0003');
        await _terminal.StandardInput.FlushAsync();
        await Task.Delay(500);
        return Shown().Contains("Stopped.", StringComparison.Ordinal);
    }

    private async Task AnswerAsync(string question, string answer)
    {
        await ShownAsync(question);
        await _terminal.StandardInput.WriteLineAsync(answer);
        await _terminal.StandardInput.FlushAsync();
    }

    /// <summary>Waits until this is shown after all that was waited for before.</summary>
    private async Task ShownAsync(string text)
    {
        await Eventually.HoldsAsync(() => Shown().IndexOf(text, _seen, StringComparison.Ordinal) >= 0, $"'{text}'", found: Shown);
        _seen = Shown().IndexOf(text, _seen, StringComparison.Ordinal) + text.Length;
    }

    private string Shown()
    {
        lock (_shown)
        {
            return _shown.ToString();
        }
    }

    private async Task ReadAsync()
    {
        var buffer = new char[4096];
        while (await _terminal.StandardOutput.ReadAsync(buffer) is var count and > 0)
        {
            lock (_shown)
            {
                _shown.Append(buffer, 0, count);
            }
        }
    }
}
