using Microsoft.Extensions.Time.Testing;
using P2PMiner.History;
using P2PMiner.Security;
using P2PMiner.Silo.History;
using P2PMiner.TestKit;
using static P2PMiner.Silo.Tests.History.Diary;

namespace P2PMiner.Silo.Tests.History;

public sealed class HistoryStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(Start.AddHours(1));
    private readonly RecordingLogger _log = new();

    private string Folder => Path.Combine(_folder.Path, "data");

    private string FilePath => Path.Combine(Folder, HistoryFile.FileName);

    private DateTimeOffset Now => _clock.GetUtcNow();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Add_SamplesAndEvents_AreWrittenAMomentLaterAndOutliveTheNode()
    {
        var store = Make();
        await store.StartAsync(TestContext.Current.CancellationToken);
        store.Add(Minute(Self, Start));
        store.Add(Minute(null, Start));
        store.Add(EventKind.Started, "it has started", Self);

        await _clock.AdvanceUntilAsync(WrittenAsync(store), "the rows in the file");
        await store.StopAsync(TestContext.Current.CancellationToken);

        var again = Make();
        Assert.Equal([Minute(Self, Start)], await again.ReadAsync(Self, Start, Now, HistoryStep.Minute));
        Assert.Equal("it has started", Assert.Single(await again.ReadEventsAsync(Start, Now.AddHours(1))).Text);
        Assert.Equal(Environment.MachineName, Assert.Single(await again.GetNodesAsync()).HostName);
        Assert.Single(await again.ReadTrendsAsync(Start, Now, 1));
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task Stop_WithRowsWaiting_WritesThem()
    {
        var store = Make();
        await store.StartAsync(TestContext.Current.CancellationToken);
        store.Add(EventKind.Stopped, "told to stop", Self);
        await store.StopAsync(TestContext.Current.CancellationToken);

        Assert.Single(await Make().ReadEventsAsync(Start, Now.AddHours(1)));
    }

    [Fact]
    public async Task Events_ClockSetBackBetweenTwoRuns_HaveNumbersThatGrow()
    {
        var first = Make();
        first.Add(EventKind.Started, "first");
        first.Flush();
        _clock.SetUtcNow(Now);
        var second = new HistoryStore(new(Folder), new(Self), new(), new FakeTimeProvider(Now.AddMinutes(-30)), _log.Of<HistoryStore>());
        second.Add(EventKind.Started, "second");
        second.Add(EventKind.Master, "third");
        second.Flush();

        var events = await second.ReadEventsAsync(Start, Now.AddHours(1));
        Assert.Equal(["second", "third", "first"], events.Select(one => one.Text));
        Assert.Equal(3, events.Select(one => one.Number).Distinct().Count());
    }

    [Fact]
    public async Task Events_OfThisNodeAndNewOnesOfOthers_AreTold()
    {
        var store = Make();
        var told = new List<string>();
        store.Happened += one => told.Add(one.Text);

        store.Add(EventKind.Started, "mine");
        var ask = await store.NextAskAsync(Other, ownOnly: true);
        var page = Page(samples: [Minute(Other, Start)], events: [Event(Other, 1, Now.AddMinutes(-2), "theirs"), Event(Other, 2, Start, "long ago")]);
        Assert.True(await store.HearAsync(Other, ask!, page));
        Assert.True(await store.HearAsync(Other, ask!, page));

        Assert.Equal(["mine", "theirs"], told);
        Assert.Equal(["long ago", "theirs"], (await store.ReadEventsAsync(Start, Now)).Select(one => one.Text));
        Assert.Equal((7L, 9L, true), await store.NextAskAsync(Other, ownOnly: true) is { } next ? (next.Store, next.After, next.OwnOnly) : default);
        Assert.Equal(0, (await store.NextAskAsync(Other, ownOnly: false))!.After);
    }

    [Fact]
    public async Task Hear_OwnOnly_TakesNothingThatANodeTellsOfOthers()
    {
        var store = Make();

        await store.HearAsync(Other, new() { OwnOnly = true }, Page(
            [Minute(Other, Start), Minute(Self, Start), Minute(null, Start)],
            [Event(Self, 1, Start), Event(new(3), 1, Start), Event(Other, 1, Start, "theirs")]));

        Assert.Equal([Other], (await store.GetNodesAsync()).Select(known => known.Node));
        Assert.Empty(await store.ReadAsync(null, Start, Now, HistoryStep.Minute));
        Assert.Equal("theirs", Assert.Single(await store.ReadEventsAsync(Start, Now)).Text);
    }

    [Theory]
    [InlineData("rubbish")]
    [InlineData("cut")]
    [InlineData("torn page")]
    [InlineData("another table")]
    public async Task DamagedFile_BeforeTheStart_IsSetAsideAndBegunAnewWithOneLine(string damage)
    {
        var first = Make();
        for (var hour = 0; hour < 20; hour++)
        {
            await first.HearAsync(Other, new() { OwnOnly = true }, Page([.. Minutes(Other, Start.AddMinutes(-60 * hour), 60)], []));
        }

        await first.StopAsync(TestContext.Current.CancellationToken);
        var bytes = await File.ReadAllBytesAsync(FilePath, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(FilePath, damage switch
        {
            "rubbish" => [.. Enumerable.Repeat((byte)0x5a, 9000)],
            "cut" => bytes[..(bytes.Length / 2)],
            "torn page" => [.. bytes[..8192], .. new byte[4096 * 4], .. bytes[(8192 + (4096 * 4))..]],
            _ => bytes,
        }, TestContext.Current.CancellationToken);
        if (damage == "another table")
        {
            using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={FilePath};Pooling=False");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "ALTER TABLE Minute RENAME TO Hour";
            command.ExecuteNonQuery();
        }

        var store = Make();
        store.Add(Minute(Self, Start));
        store.Flush();

        Assert.Single(await store.ReadAsync(Self, Start, Now, HistoryStep.Minute));
        var line = Assert.Single(_log.Lines);
        Assert.StartsWith($"history: {FilePath} is damaged (", line);
        Assert.EndsWith($"it is kept as {FilePath}.damaged-20261101T010000Z and a new one is begun", line);
        Assert.True(File.Exists($"{FilePath}.damaged-20261101T010000Z"));
        await store.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Folder_CannotBeUsed_IsSaidOnceAndWhatCameIsWrittenLater()
    {
        Directory.CreateDirectory(_folder.Path);
        await File.WriteAllTextAsync(Folder, "a file is in the way", TestContext.Current.CancellationToken);
        var store = Make();
        for (var minute = 0; minute < 3; minute++)
        {
            store.Add(Minute(Self, Start.AddMinutes(minute)));
            store.Flush();
        }

        Assert.StartsWith($"history: {FilePath} cannot be written, mining goes on: ", Assert.Single(_log.Lines));
        Assert.Empty(await store.ReadAsync(Self, Start, Now, HistoryStep.Minute));
        Assert.Null(await store.NextAskAsync(Other, ownOnly: true));

        File.Delete(Folder);
        store.Flush();
        Assert.Equal(3, (await store.ReadAsync(Self, Start, Now, HistoryStep.Minute)).Count);
        Assert.Equal($"history: {FilePath} is written again", _log.Lines[^1]);
        Assert.Equal(2, _log.Lines.Count);
    }

    [Fact]
    [Trait("Lane", "Full")]
    public async Task FullDisk_WhileWriting_LosesNothingThatFitsLater()
    {
        Directory.CreateDirectory(Folder);
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", "size=160k,mode=700", "none", Folder), "only root can mount a small disk");
        var store = Make();
        try
        {
            store.Add(Minute(Self, Start));
            store.Flush();
            var filler = Path.Combine(Folder, "filler");
            Fill(filler);
            for (var minute = 1; minute < 100; minute++)
            {
                store.Add(Minute(Self, Start.AddMinutes(minute - 100)));
                store.Flush();
            }

            Assert.Contains("cannot be written, mining goes on", Assert.Single(_log.Lines));
            File.Delete(filler);
            store.Flush();
            Assert.Equal(100, (await store.ReadAsync(Self, Start.AddHours(-12), Now, HistoryStep.Minute)).Count);
            Assert.Equal(2, _log.Lines.Count);
        }
        finally
        {
            await store.StopAsync(CancellationToken.None);
            Run("umount", Folder);
        }
    }

    [Fact]
    public async Task ManyAtOnce_ReadWriteAndHear_AllAnswers()
    {
        var store = Make();
        await store.StartAsync(TestContext.Current.CancellationToken);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(one => Task.Run(async () =>
        {
            for (var minute = 0; minute < 30; minute++)
            {
                store.Add(Minute(Self, Start.AddMinutes(minute)));
                store.Add(EventKind.Settings, $"{one} {minute}");
                await store.HearAsync(Other, new() { OwnOnly = true }, Page([Minute(Other, Start.AddMinutes(minute))], []));
                await store.ReadAsync(Self, Start, Now, HistoryStep.TenMinutes);
                await store.ReadAsync(new HistoryAsk());
                store.Flush();
            }
        })));

        store.Flush();
        Assert.Equal(30, (await store.ReadAsync(Self, Start, Now, HistoryStep.Minute)).Count);
        Assert.Equal(30, (await store.ReadAsync(Other, Start, Now, HistoryStep.Minute)).Count);
        Assert.Equal(240, (await store.ReadEventsAsync(Start, Now.AddHours(1))).Count);
        await store.StopAsync(TestContext.Current.CancellationToken);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task Disabled_MakesNoFileAndAnswersEmpty()
    {
        var store = new HistoryStore(new(Folder), new(Self), new() { Enabled = false }, _clock, _log.Of<HistoryStore>());
        await store.StartAsync(TestContext.Current.CancellationToken);
        store.Add(Minute(Self, Start));
        store.Add(EventKind.Started, "x");
        Assert.Empty(await store.GetNodesAsync());
        Assert.Equal(0, (await store.ReadAsync(new HistoryAsk())).Store);
        await store.StopAsync(TestContext.Current.CancellationToken);
        Assert.False(Directory.Exists(Folder));
    }

    private static async Task<bool> WrittenAsync(HistoryStore store)
    {
        while ((await store.ReadEventsAsync(Start, Start.AddDays(1))).Count == 0)
        {
            await Task.Delay(1);
        }

        return true;
    }

    private static HistoryPage Page(IReadOnlyList<HistorySample> samples, IReadOnlyList<HistoryEvent> events)
        => new() { Store = 7, Next = 9, Samples = samples, Events = events, Nodes = [] };

    private static void Fill(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        try
        {
            for (var end = 0L; ; end += 512)
            {
                RandomAccess.Write(file, new byte[512], end);
            }
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private HistoryStore Make() => new(new DataStore(Folder), new(Self), new(), _clock, _log.Of<HistoryStore>());
}
