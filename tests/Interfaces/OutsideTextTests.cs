using CsCheck;

namespace P2PMiner.Interfaces.Tests;

public sealed class OutsideTextTests
{
    [Theory]
    [InlineData("job 17", "job 17")]
    [InlineData("Grüße, 矿池", "Grüße, 矿池")]
    [InlineData("a\u001b[2Jb", "a?[2Jb")]
    [InlineData("a\u009b2Jb\u007f", "a?2Jb?")]
    [InlineData("a\r\nb\tc\0", "a??b?c?")]
    [InlineData("a\u202eb\u2066c\u200bd\ufeff", "a?b?c?d?")]
    [InlineData("a\u2028b\u2029", "a?b?")]
    public void Clean_TextFromOutside_KeepsWhatIsHarmless(string text, string expected) => Assert.Equal(expected, OutsideText.Clean(text));

    [Fact]
    public void Clean_LoneSurrogate_IsReplaced() => Assert.Equal("a?b", OutsideText.Clean("a" + (char)0xd83d + "b"));

    [Fact]
    public void Clean_LongText_IsCutToTheLength() => Assert.Equal("abc…", OutsideText.Clean("abcdefgh", 4));

    [Fact]
    public void Clean_AnyText_IsOneHarmlessBoundedLine() => Gen.String.Sample(text =>
    {
        var clean = OutsideText.Clean(text);
        Assert.True(clean.Length <= OutsideText.UsualMaxChars && clean.All(OutsideText.IsHarmless), clean);
    });
}
