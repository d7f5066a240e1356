using System.Collections;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.Tests;

/// <summary>Runs the program in this process with its own input, output and environment.</summary>
internal static class InProcess
{
    public sealed record Outcome(int ExitCode, string Out, string Error);

    public static async Task<Outcome> RunAsync(string[] args, IDictionary? environment = null, string input = "")
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var io = Io(output, error, environment, input);
        var exitCode = await Program.RunAsync(args, io, CancellationToken.None);
        return new(exitCode, output.ToString(), error.ToString());
    }

    public static ProgramIo Io(TextWriter output, TextWriter error, IDictionary? environment = null, string input = "")
        => new(new StringReader(input), output, error, environment ?? new Hashtable(), Terminal: null, Screen: false);
}
