using System.CommandLine.Parsing;

namespace P2PMiner.Client;

/// <summary>Reads requests line by line and carries each out with <paramref name="run"/>, which shows its own errors.</summary>
internal sealed class Prompt(TextReader input, TextWriter output, Func<IReadOnlyList<string>, Task> run)
{
    public async Task RunAsync()
    {
        output.WriteLine("help shows the commands; exit or Ctrl-D ends");
        while (input.ReadLine() is { } line)
        {
            IReadOnlyList<string> words = [.. CommandLineParser.SplitCommandLine(line)];
            switch (words)
            {
                case []:
                    break;
                case ["exit" or "quit"]:
                    return;
                default:
                    await run(words);
                    break;
            }
        }
    }
}
