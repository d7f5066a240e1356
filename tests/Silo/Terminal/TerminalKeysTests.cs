using System.Text;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.Tests.Terminal;

public sealed class TerminalKeysTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("hS\n", "hS\n")]
    [InlineData("\e[C", "")]
    [InlineData("\eOP", "")]
    [InlineData("c\e[H", "c")]
    [InlineData("é€h", "h")]
    public void Keys_FunctionKeysAndOthersThanAscii_AreNone(string typed, string keys)
        => Assert.Equal(keys, TerminalKeys.Keys(Encoding.UTF8.GetBytes(typed)));
}
