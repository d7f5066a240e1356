using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace P2PMiner.Silo.Alerts;

/// <summary>
/// A program that gets the message on its standard input, as an e-mail without sender and recipient: Subject, Date and what else a text in UTF-8 needs, an
/// empty line, the text. It is started without a shell, and without this process's own settings in its environment, which may be secret. Exit code 0: taken.
/// </summary>
/// <param name="words">The program's path, and its arguments.</param>
internal sealed class MailSink(IReadOnlyList<string> words, TimeProvider clock) : IAlertSink
{
    private const int MostErrorChars = 300;

    /// <summary>What a program may need to find its own files and to name the day. All else stays here.</summary>
    private static readonly string[] Passed = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "TZ", "TMPDIR"];

    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(30);

    public string Name => "mail";

    public string Where => words[0];

    public async Task<SinkAnswer> SendAsync(AlertMessage message, CancellationToken cancellation)
    {
        using var process = new Process { StartInfo = Start() };
        try
        {
            process.Start();
        }
        catch (Exception error) when (error is Win32Exception or InvalidOperationException)
        {
            return SinkAnswer.Later($"it does not start: {OutsideText.Clean(error.Message)}");
        }

        using var deadline = new CancellationTokenSource(EndsWithin, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            var said = FirstOfAsync(process.StandardError, both.Token);
            var ignored = FirstOfAsync(process.StandardOutput, both.Token);
            await WriteAsync(process, Letter(message), both.Token);
            await process.WaitForExitAsync(both.Token);
            await ignored;
            var error = (await said).Split('\n')[0].Trim();
            return process.ExitCode == 0 ? SinkAnswer.Taken
                : SinkAnswer.Later($"it ends with exit code {process.ExitCode}{(error.Length == 0 ? "" : $": {OutsideText.Clean(error)}")}");
        }
        catch (OperationCanceledException)
        {
            Kill(process);
            cancellation.ThrowIfCancellationRequested();
            return SinkAnswer.Later($"it did not end within {EndsWithin.TotalSeconds:0} s");
        }
    }

    /// <summary>With its children: a program that only waits for one of them would leave it behind.</summary>
    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has just ended, or runs as another user.
        }
    }

    private ProcessStartInfo Start()
    {
        var start = new ProcessStartInfo(words[0], words.Skip(1))
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/",
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        foreach (var name in start.Environment.Keys.Except(Passed).ToList())
        {
            start.Environment.Remove(name);
        }

        return start;
    }

    private static string Letter(AlertMessage message)
    {
        var date = message.Time.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture);
        return $"Subject: {message.Title}\nDate: {date} +0000\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
            + $"{message.Text}\n";
    }

    private static async Task WriteAsync(Process process, string letter, CancellationToken cancellation)
    {
        try
        {
            await process.StandardInput.WriteAsync(letter.AsMemory(), cancellation);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It does not read; its exit code says whether that is in order.
        }
    }

    /// <summary>Reads to the end, so that nothing holds the program up, and keeps the beginning.</summary>
    private static async Task<string> FirstOfAsync(StreamReader output, CancellationToken cancellation)
    {
        var kept = new StringBuilder();
        var buffer = new char[1024];
        while (await output.ReadAsync(buffer, cancellation) is var count and > 0)
        {
            kept.Append(buffer, 0, Math.Min(count, MostErrorChars - Math.Min(kept.Length, MostErrorChars)));
        }

        return kept.ToString();
    }
}
