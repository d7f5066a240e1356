using P2PMiner.TestKit;

namespace P2PMiner.Native;

public sealed class ShapeFileTests : IDisposable
{
    private static readonly ShapeKey Key = new()
    {
        Algorithm = "rx/0", Cpu = "A CPU", L3Bytes = 2, Threads = 8, Kernel = "avx512", MachinesMax = 4, HugePages = true, Version = "0.1.0",
    };

    private static readonly RandomXShape Shape = new(2, RandomXFetch.T0);

    private readonly string _folder = Directory.CreateTempSubdirectory("p2p-shapes-").FullName;
    private readonly RecordingLogger<HashEngine> _log = new();

    private string FilePath => Path.Combine(_folder, "data", ShapeFile.Name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Keep_ThenFind_GivesTheSameForTheSameMachineOnly()
    {
        new ShapeFile(new PlainStore(FilePath)).Keep(Key, Shape, DateTimeOffset.UnixEpoch, _log);

        Assert.Equal(Shape, new ShapeFile(new PlainStore(FilePath)).Find(Key, _log));
        Assert.All(
            new[]
            {
                Key with { Algorithm = "rx/2" }, Key with { Cpu = "Another" }, Key with { L3Bytes = 9 }, Key with { Threads = 9 }, Key with { Kernel = "avx2" },
                Key with { MachinesMax = 2 }, Key with { HugePages = false }, Key with { Version = "0.2.0" },
            },
            other => Assert.Null(new ShapeFile(new PlainStore(FilePath)).Find(other, _log)));
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void Keep_MeasuredAgain_ReplacesTheEntry()
    {
        var file = new ShapeFile(new PlainStore(FilePath));
        file.Keep(Key, Shape, DateTimeOffset.UnixEpoch, _log);
        file.Keep(Key with { Threads = 1 }, Shape, DateTimeOffset.UnixEpoch, _log);

        file.Keep(Key, new(4, RandomXFetch.Nta), DateTimeOffset.UnixEpoch, _log);

        Assert.Equal((new RandomXShape(4, RandomXFetch.Nta), Shape), (file.Find(Key, _log), file.Find(Key with { Threads = 1 }, _log)));
        Assert.Equal(2, File.ReadAllText(FilePath).Split("\"machines\"").Length - 1);
    }

    [Theory]
    [InlineData("17", "nta")]
    [InlineData("0", "nta")]
    [InlineData("2", "t9")]
    public void Find_WhatCannotBe_SaysSoAndMeasuresAnew(string machines, string fetch)
    {
        new ShapeFile(new PlainStore(FilePath)).Keep(Key, Shape, DateTimeOffset.UnixEpoch, _log);
        var text = File.ReadAllText(FilePath);
        File.WriteAllText(FilePath, text.Replace("\"machines\": 2", $"\"machines\": {machines}").Replace("\"fetch\": \"T0\"", $"\"fetch\": \"{fetch}\""));

        Assert.Null(new ShapeFile(new PlainStore(FilePath)).Find(Key, _log));
        Assert.Contains("is not used", Assert.Single(_log.Lines));
    }
}
