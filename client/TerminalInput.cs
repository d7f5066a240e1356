namespace P2PMiner.Client;

/// <summary>Lines typed at a terminal, with history and completion.</summary>
internal sealed class TerminalInput : TextReader
{
    public const string Prompt = "p2p> ";

    private readonly LineEditor _editor = new(RequestParser.CommandNames);

    public override string? ReadLine()
    {
        _editor.Clear();
        while (true)
        {
            // Back to the margin, the line again, and the cursor to its place; the rest is erased, so that nothing of a longer line is
            // left.
            Console.Out.Write($"\r{Prompt}{_editor.Text}\e[K\r\e[{Prompt.Length + _editor.Cursor}C");
            switch (_editor.Press(Console.ReadKey(intercept: true)))
            {
                case LineEditor.Outcome.Entered:
                    Console.Out.WriteLine();
                    return _editor.Text;
                case LineEditor.Outcome.Ended:
                    Console.Out.WriteLine();
                    return null;
            }
        }
    }
}
