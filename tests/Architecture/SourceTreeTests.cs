namespace P2PMiner.Architecture.Tests;

/// <summary>The reading itself: what it missed would be allowed to everybody.</summary>
public sealed class SourceTreeTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("architecture").FullName;

    public SourceTreeTests()
    {
        Write("a/A.csproj", "<Project />");
        Write("a/Tools/Hammer.cs", "namespace P2PMiner.A.Tools;\n\npublic static class Hammer\n{\n    public static void Strike(this string nail) { }\n}\n");
    }

    [Theory]
    [InlineData("using P2PMiner.A.Tools;\n\nnamespace P2PMiner.A.Works;\n\nclass Smith;")]
    [InlineData("using H = P2PMiner.A.Tools.Hammer;\n\nnamespace P2PMiner.A.Works;\n\nclass Smith;")]
    [InlineData("namespace P2PMiner.A.Works;\n\nclass Smith { P2PMiner.A.Tools.Hammer _hammer; }")]
    [InlineData("namespace P2PMiner.A.Works;\n\nclass Smith { Tools.Hammer _hammer; }")]
    [InlineData("namespace P2PMiner.A.Tools.Works;\n\nclass Smith { Hammer _hammer; }")]
    [InlineData("namespace P2PMiner.A.Tools.Works;\n\nclass Smith { void Work(string nail) => nail.Strike(); }")]
    [InlineData("namespace P2PMiner.A.Works;\n\nclass Smith { string _text = $\"{Tools.Hammer.Size}, {string.Join(\", \", 1)}\"; }")]
    public void Uses_EveryWayToNameAType_IsAnEdge(string code)
    {
        Write("a/Works/Smith.cs", code);

        Assert.Equal([new Edge("a/Works", "a/Tools")], SourceTree.At(_root).Uses.Select(use => use.Key));
    }

    [Theory]
    [InlineData("namespace P2PMiner.A.Works;\n\nclass Smith; // Tools.Hammer")]
    [InlineData("namespace P2PMiner.A.Works;\n\n/* Tools.Hammer */\nclass Smith;")]
    [InlineData("namespace P2PMiner.A.Works;\n\nclass Smith { string _text = \"Tools.Hammer\"; }")]
    [InlineData("namespace P2PMiner.A.Works;\n\nclass Smith { Hammer _own; }\n\nclass Hammer;")]
    [InlineData("namespace P2PMiner.A.Works;\n\nclass Smith { void Work(string nail) => nail.Strike(); }")]
    public void Uses_WordsThatLeadNowhere_AreNone(string code)
    {
        Write("a/Works/Smith.cs", code);

        Assert.Empty(SourceTree.At(_root).Uses);
    }

    [Fact]
    public void Circles_OfEdges_AreFoundOnceEach()
    {
        var circles = Circles.Of([new("b", "c"), new("c", "a"), new("a", "b"), new("c", "b"), new("c", "d")]);

        Assert.Equal(["b c", "a b c"], circles.Select(circle => string.Join(' ', circle)));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Write(string path, string text)
    {
        var file = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
