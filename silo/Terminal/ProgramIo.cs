using System.Collections;
using Microsoft.Win32.SafeHandles;
using P2PMiner.Native;

namespace P2PMiner.Silo.Terminal;

/// <summary>The process's surroundings; tests bring their own.</summary>
/// <param name="Terminal">Standard input is this terminal, so single keys can be read; null: it is not a terminal.</param>
/// <param name="Screen">Standard output is a terminal: colours, and lines that change in place.</param>
internal sealed record ProgramIo(TextReader In, TextWriter Out, TextWriter Error, IDictionary Environment, TerminalDevice? Terminal, bool Screen)
{
    private const int StandardOutput = 1;
    private const int StandardError = 2;

    public static ProgramIo OfProcess()
    {
        var terminal = TerminalDevice.TakeStandardInput();
        return new(
            new StreamReader(terminal?.Lines() ?? Console.OpenStandardInput(), Console.InputEncoding),
            Writer(Console.IsOutputRedirected ? Console.OpenStandardOutput() : OnTerminal(StandardOutput)),
            Writer(Console.IsErrorRedirected ? Console.OpenStandardError() : OnTerminal(StandardError)),
            System.Environment.GetEnvironmentVariables(), terminal, !Console.IsOutputRedirected);
    }

    /// <summary>Console's own streams switch a terminal's keypad, at the start and after each SIGCONT, also from the background.</summary>
    private static FileStream OnTerminal(int file) => new(new SafeFileHandle(file, ownsHandle: false), FileAccess.Write, bufferSize: 0);

    private static TextWriter Writer(Stream stream) => TextWriter.Synchronized(new StreamWriter(stream, Console.OutputEncoding) { AutoFlush = true });
}
