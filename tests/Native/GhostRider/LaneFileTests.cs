using P2PMiner.TestKit;

namespace P2PMiner.Native;

public sealed class LaneFileTests : IDisposable
{
    private static readonly LaneKey Key = new()
    {
        Cpu = "A CPU", L2Bytes = 1, L3Bytes = 2, Threads = 8, Kernel = "avx512", PadBytesMax = 3, HugePages = true, Version = "0.1.0",
    };

    private static readonly LaneDepths Lanes = new([1, 2, 3, 4, 5, 20]);

    private readonly string _folder = Directory.CreateTempSubdirectory("p2p-lanes-").FullName;
    private readonly RecordingLogger<HashEngine> _log = new();

    private string FilePath => Path.Combine(_folder, "data", LaneFile.Name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Keep_ThenFind_GivesTheSameLanes()
    {
        new LaneFile(new PlainStore(FilePath)).Keep(Key, Lanes, DateTimeOffset.UnixEpoch, _log);

        Assert.Equal(Lanes, new LaneFile(new PlainStore(FilePath)).Find(Key, _log));
        Assert.Empty(_log.Lines);
    }

    public static TheoryData<string> Changes => ["cpu", "l2", "l3", "threads", "kernel", "pads", "pages", "version"];

    [Theory]
    [MemberData(nameof(Changes))]
    public void Find_AnythingElseThanBefore_FindsNothing(string what)
    {
        new LaneFile(new PlainStore(FilePath)).Keep(Key, Lanes, DateTimeOffset.UnixEpoch, _log);

        Assert.Null(new LaneFile(new PlainStore(FilePath)).Find(what switch
        {
            "cpu" => Key with { Cpu = "Another" },
            "l2" => Key with { L2Bytes = 9 },
            "l3" => Key with { L3Bytes = 9 },
            "threads" => Key with { Threads = 9 },
            "kernel" => Key with { Kernel = "portable" },
            "pads" => Key with { PadBytesMax = 9 },
            "pages" => Key with { HugePages = false },
            _ => Key with { Version = "0.2.0" },
        }, _log));
    }

    [Fact]
    public void Keep_SeveralMachines_KeepsTheNewestOfEachAndNotForever()
    {
        var file = new LaneFile(new PlainStore(FilePath));
        for (var threads = 1; threads <= 20; threads++)
        {
            file.Keep(Key with { Threads = threads }, Lanes, DateTimeOffset.UnixEpoch, _log);
        }

        file.Keep(Key with { Threads = 20 }, LaneDepths.Single, DateTimeOffset.UnixEpoch, _log);

        Assert.Equal(LaneDepths.Single, file.Find(Key with { Threads = 20 }, _log));
        Assert.Equal(Lanes, file.Find(Key with { Threads = 5 }, _log));
        Assert.Null(file.Find(Key with { Threads = 4 }, _log));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("[null]")]
    [InlineData("""[{"machine":null,"lanes":null,"measured":"2026-01-01T00:00:00Z"}]""")]
    [InlineData("""[{"lanes":{"dark":1}}]""")]
    [InlineData("""[{"machine":{"cpu":"A CPU","l2Bytes":1,"l3Bytes":2,"threads":8,"kernel":"avx512","padBytesMax":3,"hugePages":true,"version":"0.1.0"},"lanes":{"dark":21,"dark-lite":2,"fast":3,"lite":4,"turtle":5,"turtle-lite":6},"measured":"2026-01-01T00:00:00Z"}]""")]
    public void Find_DamagedFile_IsSetAsideWithOneLineAndWrittenAnew(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        File.WriteAllText(FilePath, text);

        Assert.Null(new LaneFile(new PlainStore(FilePath)).Find(Key, _log));
        Assert.StartsWith($"{FilePath} is not used: ", Assert.Single(_log.Lines));
        Assert.EndsWith($"it is kept as {FilePath}.aside", Assert.Single(_log.Lines));
        Assert.Equal(text, File.ReadAllText($"{FilePath}.aside"));

        new LaneFile(new PlainStore(FilePath)).Keep(Key, Lanes, DateTimeOffset.UnixEpoch, _log);
        Assert.Equal(Lanes, new LaneFile(new PlainStore(FilePath)).Find(Key, new RecordingLogger<HashEngine>()));
    }

    [Fact]
    public void Keep_FolderThatCannotBe_SaysSoAndGoesOn()
    {
        File.WriteAllText(Path.Combine(_folder, "data"), "a file");

        new LaneFile(new PlainStore(FilePath)).Keep(Key, Lanes, DateTimeOffset.UnixEpoch, _log);

        Assert.StartsWith($"the measurements cannot be saved to {FilePath}: ", Assert.Single(_log.Lines));
    }
}
