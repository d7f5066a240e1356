using P2PMiner.Silo.Alerts;
using P2PMiner.TestKit;
using static P2PMiner.Silo.Tests.Alerts.Messages;

namespace P2PMiner.Silo.Tests.Alerts;

/// <summary>The command for e-mail, with real programs.</summary>
public sealed class MailSinkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Send_Program_GetsTheMailAndItsWordsAsTheyAre()
    {
        var answer = await SendAsync("#!/bin/sh\ncat > \"$0.mail\"\nprintf '%s|' \"$@\" > \"$0.words\"\n", "me@example.org", "$HOME; touch x", "a b");

        Assert.Equal(SinkAnswer.Taken, answer);
        Assert.Equal(
            "Subject: p2p-miner: node lost\nDate: Tue, 01 Dec 2026 08:00:00 +0000\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
                + "Content-Transfer-Encoding: 8bit\n\nnode 1 (Grüße) is lost\n", Read("mail"));
        Assert.Equal("me@example.org|$HOME; touch x|a b|", Read("words"));
    }

    [Fact]
    public async Task Send_Program_SeesNoSettingsOfThisProcess()
    {
        Environment.SetEnvironmentVariable("P2P_ALERTS__TEST", "a-secret");
        try
        {
            await SendAsync("#!/bin/sh\nenv > \"$0.env\"\n");
        }
        finally
        {
            Environment.SetEnvironmentVariable("P2P_ALERTS__TEST", null);
        }

        Assert.DoesNotContain("a-secret", Read("env"));
        Assert.Contains("PATH=", Read("env"));
    }

    [Fact]
    public async Task Send_ProgramFails_SaysWhatItSaid()
    {
        var answer = await SendAsync("#!/bin/sh\ncat > /dev/null\necho 'no server: connection\x1b[31m refused' >&2\necho more >&2\nexit 75\n");

        Assert.Equal(SinkAnswer.Later("it ends with exit code 75: no server: connection?[31m refused"), answer);
    }

    [Fact]
    public async Task Send_ProgramThatReadsNothingAndSaysMuch_IsNotWaitedFor()
        => Assert.Equal(SinkAnswer.Taken, await SendAsync("#!/bin/sh\nexec 0<&-\nhead -c 1000000 /dev/zero >&2\nhead -c 1000000 /dev/zero\n"));

    [Fact]
    public async Task Send_NoSuchProgram_IsTriedAgain()
    {
        var answer = await new MailSink([Path.Combine(_folder.Path, "none")], TimeProvider.System).SendAsync(OfOne(), CancellationToken.None);

        Assert.True(answer is { IsTaken: false, MayRetry: true });
        Assert.StartsWith("it does not start: ", answer.Reason);
    }

    [Fact]
    public async Task Send_ProgramThatDoesNotEnd_IsEndedWithItsChildren()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Time);
        var sink = new MailSink([Script("#!/bin/sh\nsleep 600 &\necho $! > \"$0.child\"\nwait\n")], clock);
        var sending = sink.SendAsync(OfOne(), CancellationToken.None);
        await Eventually.HoldsAsync(() => File.Exists(PathOf("child")) && Read("child").EndsWith('\n'), "a child");
        clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(SinkAnswer.Later("it did not end within 30 s"), await Eventually.ComesAsync(sending, "the end of the program"));
        await Eventually.HoldsAsync(() => HasEnded(int.Parse(Read("child"))), "the end of its child");
    }

    [Fact]
    public async Task Send_Cancelled_EndsTheProgram()
    {
        using var stop = new CancellationTokenSource();
        var sending = new MailSink([Script("#!/bin/sh\necho $$ > \"$0.self\"\nexec sleep 600\n")], TimeProvider.System).SendAsync(OfOne(), stop.Token);
        await Eventually.HoldsAsync(() => File.Exists(PathOf("self")) && Read("self").EndsWith('\n'), "the program");
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.ComesAsync(sending, "the end"));
        await Eventually.HoldsAsync(() => HasEnded(int.Parse(Read("self"))), "the end of the program");
    }

    private Task<SinkAnswer> SendAsync(string script, params string[] words)
        => new MailSink([Script(script), .. words], TimeProvider.System).SendAsync(OfOne(), CancellationToken.None);

    private string Script(string text)
    {
        var path = _folder.File("script", text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    private string PathOf(string what) => Path.Combine(_folder.Path, $"script.{what}");

    private string Read(string what) => File.ReadAllText(PathOf(what));

    /// <summary>Also one that nobody has waited for yet.</summary>
    private static bool HasEnded(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/stat").Split(' ')[2] == "Z";
        }
        catch (IOException)
        {
            return true;
        }
    }
}
