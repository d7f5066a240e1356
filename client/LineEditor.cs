namespace P2PMiner.Client;

/// <summary>A line being typed: keys in, text and cursor out. Knows nothing about terminals.</summary>
/// <param name="words">What Tab completes the first word to.</param>
internal sealed class LineEditor(IReadOnlyList<string> words)
{
    private const int MaxHistory = 200;

    private readonly List<string> _history = [];
    private int _recalled;
    private string _draft = "";

    public enum Outcome
    {
        Editing,
        Entered,

        /// <summary>Ctrl-D on an empty line.</summary>
        Ended,
    }

    public string Text { get; private set; } = "";

    /// <summary>0..length of the text.</summary>
    public int Cursor { get; private set; }

    public void Clear() => Set("");

    public Outcome Press(ConsoleKeyInfo key)
    {
        var control = key.Modifiers.HasFlag(ConsoleModifiers.Control);
        switch (key.Key)
        {
            case ConsoleKey.Enter:
                Remember();
                return Outcome.Entered;
            case ConsoleKey.D when control:
                return Text.Length == 0 ? Outcome.Ended : Outcome.Editing;
            case ConsoleKey.U when control:
                Set("");
                break;
            case ConsoleKey.Backspace when Cursor > 0:
                (Text, Cursor) = (Text.Remove(Cursor - 1, 1), Cursor - 1);
                break;
            case ConsoleKey.Delete when Cursor < Text.Length:
                Text = Text.Remove(Cursor, 1);
                break;
            case ConsoleKey.LeftArrow:
                Cursor = Math.Max(0, Cursor - 1);
                break;
            case ConsoleKey.RightArrow:
                Cursor = Math.Min(Text.Length, Cursor + 1);
                break;
            case ConsoleKey.Home:
                Cursor = 0;
                break;
            case ConsoleKey.End:
                Cursor = Text.Length;
                break;
            case ConsoleKey.UpArrow:
                Recall(_recalled - 1);
                break;
            case ConsoleKey.DownArrow:
                Recall(_recalled + 1);
                break;
            case ConsoleKey.Tab:
                Complete();
                break;
            default:
                if (!control && !char.IsControl(key.KeyChar) && key.KeyChar != 0)
                {
                    (Text, Cursor) = (Text.Insert(Cursor, key.KeyChar.ToString()), Cursor + 1);
                }

                break;
        }

        return Outcome.Editing;
    }

    private void Remember()
    {
        if (Text.Trim().Length > 0 && (_history.Count == 0 || _history[^1] != Text))
        {
            _history.Add(Text);
            if (_history.Count > MaxHistory)
            {
                _history.RemoveAt(0);
            }
        }

        (_recalled, _draft) = (_history.Count, "");
    }

    private void Recall(int index)
    {
        if (index < 0 || index > _history.Count)
        {
            return;
        }

        if (_recalled == _history.Count)
        {
            _draft = Text;
        }

        _recalled = index;
        Set(index == _history.Count ? _draft : _history[index]);
    }

    /// <summary>Completes as far as the matching words agree.</summary>
    private void Complete()
    {
        var fitting = words.Where(word => word.StartsWith(Text, StringComparison.Ordinal)).ToList();
        if (fitting.Count == 1)
        {
            Set(fitting[0] + " ");
        }
        else if (fitting.Count > 1)
        {
            var common = fitting[0].Length;
            while (!fitting.TrueForAll(word => word.StartsWith(fitting[0][..common], StringComparison.Ordinal)))
            {
                common--;
            }

            Set(fitting[0][..common]);
        }
    }

    private void Set(string text) => (Text, Cursor) = (text, text.Length);
}
