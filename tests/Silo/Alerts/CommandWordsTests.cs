using CsCheck;
using P2PMiner.Silo.Alerts;

namespace P2PMiner.Silo.Tests.Alerts;

public sealed class CommandWordsTests
{
    [Theory]
    [InlineData("/bin/mail a@b", "/bin/mail|a@b")]
    [InlineData("  /bin/mail\t -s   x  ", "/bin/mail|-s|x")]
    [InlineData("/bin/mail -s \"two words\" a", "/bin/mail|-s|two words|a")]
    [InlineData("a\"b c\"d e", "ab cd|e")]
    [InlineData("a \"\" b", "a||b")]
    [InlineData("""a \"b "c \" d" e""", """a|"b|c " d|e""")]
    [InlineData("""a\\b \n c:\d""", """a\b|\n|c:\d""")]
    [InlineData("a $HOME ~ * ; | > 'b c' `d`", "a|$HOME|~|*|;|||>|'b|c'|`d`")]
    [InlineData("", "")]
    public void Split_Command_IsSpacesQuotesAndNothingElse(string command, string expected)
    {
        Assert.True(CommandWords.TrySplit(command, out var words));
        Assert.Equal(expected, string.Join('|', words));
    }

    [Theory]
    [InlineData("a \"b")]
    [InlineData("\"")]
    [InlineData("""a "b\" c""")]
    public void Split_QuoteThatIsNotClosed_IsRefused(string command) => Assert.False(CommandWords.TrySplit(command, out _));

    [Fact]
    public void Split_AnyWordsQuoted_AreThoseWords() => Gen.String.Array[0, 5].Sample(words =>
    {
        var command = string.Join(' ', words.Select(word => $"\"{word.Replace("\\", "\\\\").Replace("\"", "\\\"")}\""));

        Assert.True(CommandWords.TrySplit(command, out var split));
        Assert.Equal(words, split);
    });
}
