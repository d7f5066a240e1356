using P2PMiner.CommandLines;

namespace P2PMiner.Interfaces.Tests.CommandLines;

public sealed class NearestWordTests
{
    private static readonly string[] Words = ["setup", "hash", "cluster", "join", "tune", "doctor", "apply", "restore", "status", "--threads", "--dry-run", "--data"];

    [Theory]
    [InlineData("aply", "apply")]
    [InlineData("appply", "apply")]
    [InlineData("aplpy", "apply")]
    [InlineData("tuen", "tune")]
    [InlineData("Staus", "status")]
    [InlineData("doktor", "doctor")]
    [InlineData("--tread", "--threads")]
    [InlineData("--dryrun", "--dry-run")]
    [InlineData("--dry", "--dry-run")]
    [InlineData("clus", "cluster")]
    [InlineData("dig", null)]
    [InlineData("", null)]
    [InlineData("s", null)]
    [InlineData("--bogus", null)]
    [InlineData("--", null)]
    public void Find_AWord_IsTheNearestOrNone(string text, string? expected) => Assert.Equal(expected, NearestWord.Find(text, Words));

    [Fact]
    public void Hint_NearOrNot_GoesBehindAMessage()
        => Assert.Equal(("x (did you mean apply?)", "x"), ("x" + NearestWord.Hint("aply", Words), "x" + NearestWord.Hint("dig", Words)));
}
