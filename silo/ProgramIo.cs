using System.Collections;

namespace P2PMiner.Silo;

/// <summary>What the process has of its surroundings; tests bring their own.</summary>
/// <param name="Keys">Standard input is a terminal, so single keys can be read.</param>
/// <param name="Screen">Standard output is a terminal: colours, and lines that change in place.</param>
internal sealed record ProgramIo(TextReader In, TextWriter Out, TextWriter Error, IDictionary Environment, bool Keys, bool Screen)
{
    public static ProgramIo OfProcess() => new(
        Console.In, Console.Out, Console.Error, System.Environment.GetEnvironmentVariables(), !Console.IsInputRedirected, !Console.IsOutputRedirected);
}
