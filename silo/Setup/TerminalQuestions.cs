using P2PMiner.Silo.Settings.CommandLine;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.Setup;

/// <summary>Questions at the terminal that the program was started on.</summary>
/// <param name="io">Has a terminal.</param>
internal sealed class TerminalQuestions(ProgramIo io) : IQuestions
{
    public void Say(string line) => io.Out.WriteLine(line);

    public async Task<string> AskAsync(string question, CancellationToken cancellation)
    {
        io.Out.Write($"{question} ");

        // The read cannot be interrupted; when a signal ends the setup, it ends with the process.
        return await Task.Run(io.In.ReadLine, CancellationToken.None).WaitAsync(cancellation)
            ?? throw new CommandLineException("the input ended before all was answered; nothing is changed");
    }

    public async Task<string> AskHiddenAsync(string question, CancellationToken cancellation)
    {
        using var hidden = io.Terminal?.Hide();
        try
        {
            return await AskAsync(question, cancellation);
        }
        finally
        {
            io.Out.WriteLine();
        }
    }
}
