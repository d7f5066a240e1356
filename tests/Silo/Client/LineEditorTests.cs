using P2PMiner.Client;

namespace P2PMiner.Silo.Tests.Client;

public sealed class LineEditorTests
{
    private readonly LineEditor _editor = new(["pause", "peers", "pool", "status"]);

    [Fact]
    public void Press_Letters_AppearAtTheCursor()
    {
        Type("stts");
        Press(ConsoleKey.LeftArrow, ConsoleKey.LeftArrow);
        Type("a");
        Press(ConsoleKey.RightArrow);
        Type("u");

        Assert.Equal(("status", 5), (_editor.Text, _editor.Cursor));
    }

    [Fact]
    public void Press_ErasingKeys_TakeTheRightLetterAndStopAtTheEnds()
    {
        Type("abc");
        Press(ConsoleKey.Home, ConsoleKey.Backspace, ConsoleKey.Delete, ConsoleKey.End, ConsoleKey.Delete, ConsoleKey.Backspace);

        Assert.Equal(("b", 1), (_editor.Text, _editor.Cursor));
    }

    [Fact]
    public void Press_Arrows_WalkTheHistoryAndComeBackToTheDraft()
    {
        Enter("one");
        Enter("two");
        Enter("two");
        Type("dra");

        Press(ConsoleKey.UpArrow);
        Assert.Equal("two", _editor.Text);
        Press(ConsoleKey.UpArrow, ConsoleKey.UpArrow);
        Assert.Equal("one", _editor.Text);
        Press(ConsoleKey.DownArrow, ConsoleKey.DownArrow, ConsoleKey.DownArrow);
        Assert.Equal("dra", _editor.Text);
    }

    [Theory]
    [InlineData("s", "status ")]
    [InlineData("p", "p")]
    [InlineData("pe", "peers ")]
    [InlineData("x", "x")]
    public void Press_Tab_CompletesAsFarAsItIsClear(string typed, string completed)
    {
        Type(typed);
        Press(ConsoleKey.Tab);

        Assert.Equal(completed, _editor.Text);
    }

    [Fact]
    public void Press_ControlD_EndsOnAnEmptyLineOnly()
    {
        var end = new ConsoleKeyInfo('\x04', ConsoleKey.D, shift: false, alt: false, control: true);
        Type("a");
        Assert.Equal(LineEditor.Outcome.Editing, _editor.Press(end));
        Press(ConsoleKey.Backspace);
        Assert.Equal(LineEditor.Outcome.Ended, _editor.Press(end));
    }

    private void Enter(string line)
    {
        Type(line);
        Assert.Equal(LineEditor.Outcome.Entered, _editor.Press(new('\r', ConsoleKey.Enter, false, false, false)));
        _editor.Clear();
    }

    private void Type(string text)
    {
        foreach (var letter in text)
        {
            _editor.Press(new(letter, default, false, false, false));
        }
    }

    private void Press(params ConsoleKey[] keys)
    {
        foreach (var key in keys)
        {
            _editor.Press(new('\0', key, false, false, false));
        }
    }
}
