namespace P2PMiner.Silo.Terminal;

/// <summary>Standard output, shared by log lines and one progress line below them that changes in place. Safe from any thread.</summary>
internal sealed class Screen(TextWriter output, bool isTerminal)
{
    private const string ClearLine = "\r\e[K";
    private const string Reset = "\e[0m";
    private readonly Lock _gate = new();
    private string? _progress;

    /// <summary>Progress is seen only on a terminal; elsewhere the caller prints lines now and then.</summary>
    public bool IsTerminal => isTerminal;

    public void WriteLine(string line, string colour = "")
    {
        lock (_gate)
        {
            if (!isTerminal)
            {
                output.WriteLine(line);
            }
            else
            {
                var clear = _progress is null ? "" : ClearLine;
                output.Write($"{clear}{colour}{line}{(colour.Length == 0 ? "" : Reset)}\n{_progress}");
            }

            output.Flush();
        }
    }

    /// <summary>Shows, replaces, or with null removes the progress line. Does nothing when not on a terminal.</summary>
    public void ShowProgress(string? text)
    {
        lock (_gate)
        {
            if (isTerminal && text != _progress)
            {
                output.Write(ClearLine + text);
                output.Flush();
                _progress = text;
            }
        }
    }
}
