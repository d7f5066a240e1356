using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.Tests.Terminal;

public sealed class ScreenTests
{
    [Fact]
    public void WriteLine_NoTerminal_HasNoColour()
    {
        var text = new StringWriter();
        var screen = new Screen(text, isTerminal: false);

        screen.ShowProgress("half");
        screen.WriteLine("line", "\e[31m");

        Assert.Equal("line\n", text.ToString());
    }

    [Fact]
    public void WriteLine_WhileProgressShows_KeepsItBelow()
    {
        var text = new StringWriter();
        var screen = new Screen(text, isTerminal: true);

        screen.ShowProgress("half");
        screen.WriteLine("line", "\e[31m");
        screen.ShowProgress(null);
        screen.WriteLine("next");

        Assert.Equal("\r\e[Khalf\r\e[K\e[31mline\e[0m\nhalf\r\e[Knext\n", text.ToString());
    }
}
