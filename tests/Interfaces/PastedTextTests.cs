using CsCheck;

namespace P2PMiner.Interfaces.Tests;

public sealed class PastedTextTests
{
    [Fact]
    public void Trim_AnyText_IsTrimmedOnceAndForAll() => Gen.String.Sample(text =>
    {
        var trimmed = PastedText.Trim(text);
        Assert.Equal(trimmed, PastedText.Trim($" \r\n\ufeff{trimmed}\u200b\t\n"));
        Assert.Contains(trimmed, text, StringComparison.Ordinal);
    });

    [Fact]
    public void TrimPassword_AnyText_LosesLineEndsAfterItAlone() => Gen.String.Sample(text =>
        Assert.Equal(text.TrimEnd('\r', '\n'), PastedText.TrimPassword(text + "\r\n")));

    [Theory]
    [InlineData("wallet.rig 1", true)]
    [InlineData("Grüße 🙂", true)]
    [InlineData("a\u0000b", false)]
    [InlineData("a\u200bb", false)]
    [InlineData("a\u2028b", false)]
    [InlineData("a\u202eb", false)]
    public void IsLegible_ControlAndInvisibleCharacters_AreNot(string text, bool legible) => Assert.Equal(legible, PastedText.IsLegible(text));
}
