using CsCheck;
using Microsoft.Data.Sqlite;
using P2PMiner.History;
using P2PMiner.Peers;
using P2PMiner.Security;
using P2PMiner.Silo.History;
using static P2PMiner.Silo.Tests.History.Diary;

namespace P2PMiner.Silo.Tests.History;

public sealed class HistoryFileTests : IDisposable
{
    private const int Days = 30;

    private readonly TemporaryFolder _folder = new();

    private string Folder => Path.Combine(_folder.Path, "data");

    private static DateTimeOffset Now => Start.AddHours(12);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_AnySamples_AreReadBackAsTheyAre()
    {
        var (cluster, own) = (Minute(null, Start), Minute(Self, Start));
        using (var file = Open())
        {
            file.Write(new() { Samples = [cluster, own], Nodes = [Named(Self, "attic")] }, Now);
        }

        using var again = Open();
        Assert.Equal([cluster], again.Read(null, Start, Now, HistoryStep.Minute));
        Assert.Equal([own], again.Read(Self, Start, Now, HistoryStep.Minute));
        Assert.Equal([new KnownNode { Node = Self, HostName = "attic", LastSeen = Start.ToUnixTimeSeconds() + 60 }], again.ReadNodes());
        Assert.Empty(again.Read(Other, Start, Now, HistoryStep.Minute));
    }

    [Fact]
    public void ReadTrends_PartsOfAnHour_AreMeansOfTheTimeObservedAndTheLatestTemperature()
    {
        using var file = Open();
        file.Write(new()
        {
            Samples =
            [
                Minute(Self, Start) with { Rate = new(100), ObservedSeconds = 20 },
                Minute(Self, Start.AddMinutes(1)) with { Rate = new(400), ObservedSeconds = 40 },
                Minute(Self, Start.AddMinutes(59)) with { Rate = new(7), Celsius = 70.5 }, Minute(Self, Start.AddMinutes(60)) with { Rate = new(1000) },
                Minute(Other, Start.AddMinutes(10)), Minute(null, Start.AddMinutes(20)),
            ],
        }, Now);

        var trends = file.ReadTrends(Start, Start.AddHours(1), parts: 4);

        Assert.Equal([Self, Other], trends.Keys.Order());
        Assert.Equal([300, null, null, 7], trends[Self].Rates);
        Assert.Equal([100, null, null, null], trends[Other].Rates);

        // Of the other, the latest is from before the last half hour.
        Assert.Equal((70.5, null), (trends[Self].Celsius, trends[Other].Celsius));
    }

    [Fact]
    public void Read_PartsOfARange_GapsStay()
    {
        using var file = Open();
        file.Write(new() { Samples = [.. Minutes(Self, Start, 5), .. Minutes(Self, Start.AddMinutes(30), 5)] }, Now);

        var samples = file.Read(Self, Start.AddMinutes(2), Start.AddMinutes(33), HistoryStep.Minute);
        Assert.Equal([2, 3, 4, 30, 31, 32], samples.Select(sample => (int)(sample.Start - Start).TotalMinutes));

        var tens = file.Read(Self, Start, Now, HistoryStep.TenMinutes);
        Assert.Equal([0, 30], tens.Select(sample => (int)(sample.Start - Start).TotalMinutes));
        Assert.Equal([300, 300], tens.Select(sample => sample.ObservedSeconds));
    }

    [Fact]
    public void Trim_AfterADay_TensHaveTheSumsOfTheirMinutes()
    {
        using var file = Open();
        var minutes = Minutes(Self, Start, 600).ToArray();
        file.Write(new() { Samples = minutes }, Now);
        var before = file.Read(Self, Start, Start.AddDays(2), HistoryStep.TenMinutes);

        file.Trim(Start.AddHours(29));

        var after = file.Read(Self, Start, Start.AddDays(2), HistoryStep.TenMinutes);
        Assert.Equal(before, after);
        Assert.Equal(60, after.Count);
        Assert.Equal(minutes.Sum(minute => minute.Hashes), after.Sum(ten => ten.Hashes));
        Assert.Equal(minutes.Sum(minute => minute.Shares.Accepted), after.Sum(ten => ten.Shares.Accepted));
        Assert.Equal(Start.AddHours(5), file.Read(Self, Start, Start.AddDays(2), HistoryStep.Minute)[0].Start);
    }

    [Fact]
    public void Trim_AfterTheDaysKept_NothingIsLeftNotEvenTheNode()
    {
        using var file = Open();
        file.Write(new() { Samples = [.. Minutes(Self, Start, 20)], Events = [Event(Self, 1, Start)] }, Now);
        file.Trim(Start.AddDays(2));
        Assert.Equal(2, file.Read(Self, Start, Start.AddDays(90), HistoryStep.TenMinutes).Count);

        file.Trim(Start.AddDays(Days + 1));

        Assert.Empty(file.Read(Self, Start, Start.AddDays(90), HistoryStep.TenMinutes));
        Assert.Empty(file.ReadNodes());
        Assert.Empty(file.ReadEvents(Start, Start.AddDays(90), null, 100));
    }

    [Fact]
    public void Trim_AMinuteThatComesLate_LeavesTheTenAsItWas()
    {
        using var file = Open();
        file.Write(new() { Samples = [.. Minutes(Self, Start, 10)] }, Now);
        var ten = file.Read(Self, Start, Now, HistoryStep.TenMinutes);
        file.Trim(Start.AddHours(25));

        // The clock was set back, so that it is taken.
        file.Write(new() { Samples = [Minute(Self, Start.AddMinutes(3), hashes: 1)] }, Now);
        Assert.Equal(ten, file.Read(Self, Start, Now, HistoryStep.TenMinutes));
        file.Trim(Start.AddHours(25));
        Assert.Equal(ten, file.Read(Self, Start, Now, HistoryStep.TenMinutes));
    }

    [Fact]
    public void Write_SampleOfTheSameTime_TheOneThatSawMoreCountsInAnyOrder()
    {
        var (less, more) = (Minute(Self, Start, hashes: 9000, observed: 20), Minute(Self, Start, hashes: 6000, observed: 60));
        foreach (var order in (HistorySample[][])[[less, more], [more, less], [more, more]])
        {
            Directory.CreateDirectory(_folder.Path);
            using var file = Open();
            file.Write(new() { Samples = order }, Now);
            file.Write(new() { Samples = order }, Now);
            Assert.Equal([more], file.Read(Self, Start, Now, HistoryStep.Minute));
            file.Dispose();
            Directory.Delete(Folder, recursive: true);
        }
    }

    [Fact]
    public void Write_RowsOfImpossibleTimes_AreLeftOut()
    {
        using var file = Open();

        file.Write(new()
        {
            Samples = [
                Minute(Self, Now.AddHours(1)), Minute(Self, Now.AddDays(-3)), Minute(Self, Now.AddSeconds(-30)),
                Minute(Self, Now.AddDays(-40)) with { Step = HistoryStep.TenMinutes },
            ],
            Events = [Event(Other, 1, Now.AddHours(1)), Event(Other, 2, Now.AddDays(-40))],
        }, Now);

        Assert.Empty(file.Read(Self, Now.AddDays(-90), Now.AddDays(90), HistoryStep.TenMinutes));
        Assert.Empty(file.ReadEvents(Now.AddDays(-90), Now.AddDays(90), null, 100));
    }

    [Fact]
    public void Write_MoreNodesThanThereCanBe_TheSurplusIsLeftOut()
    {
        using var file = Open();

        file.Write(new() { Samples = [.. Enumerable.Range(1, HistoryFile.MostNodes + 5).Select(node => Minute(new((UInt128)node), Start))] }, Now);

        Assert.Equal(HistoryFile.MostNodes, file.ReadNodes().Count);
    }

    [Fact]
    public void Write_FailsInTheMiddle_LeavesFileAndMemoryAsTheyWere()
    {
        using var file = Open();
        file.Write(new() { Samples = [Minute(Self, Start)] }, Now);
        var before = file.ReadPage(new(), Self);

        Assert.Throws<InvalidOperationException>(() => file.Write(new() { Samples = [Minute(Other, Start)], Events = new Failing() }, Now));

        Assert.Equivalent(before, file.ReadPage(new(), Self), strict: true);
        Assert.Equal([Self], file.ReadNodes().Select(known => known.Node));
        file.Write(new() { Samples = [Minute(Other, Start)] }, Now);
        Assert.Equal([Self, Other], file.ReadNodes().Select(known => known.Node));
    }

    [Fact]
    public void Events_HeardTwice_AreKeptOnceAndInOrder()
    {
        using var file = Open();
        HistoryEvent[] events = [Event(Self, 5, Start, "a"), Event(Other, 5, Start.AddSeconds(1), "b", Self), Event(Self, 6, Start.AddSeconds(2), "c")];

        Assert.Equal(events, file.Write(new() { Events = events }, Now));
        Assert.Empty(file.Write(new() { Events = events }, Now));

        Assert.Equal(events, file.ReadEvents(Start, Now, null, 100));
        Assert.Equal([events[1], events[2]], file.ReadEvents(Start, Now, null, 2));
        Assert.Equal([events[1]], file.ReadEvents(Start, Now, Self, 100));
        Assert.Equal(6, file.LastNumber(Self));
    }

    [Fact]
    public void Trim_TooManyEvents_TheOldestGo()
    {
        using var file = Open();
        var numbers = Enumerable.Range(1, HistoryFile.MostEvents + 7);
        file.Write(new() { Events = [.. numbers.Select(number => Event(Self, number, Start.AddSeconds(number)))] }, Now);

        file.Trim(Now);

        var events = file.ReadEvents(Start, Now, null, int.MaxValue);
        Assert.Equal((HistoryFile.MostEvents, 8), (events.Count, events[0].Number));
    }

    [Fact]
    public void Pages_ReadToTheEnd_MakeAnotherFileTheSame() => Gen.Int[1, 1300].SelectMany(count => Gen.Int[0, 30].Select(hours => (count, hours)))
        .Sample(given =>
        {
            using var here = new TemporaryFolder();
            using var file = HistoryFile.Open(new(Path.Combine(here.Path, "a")), Days);
            using var copy = HistoryFile.Open(new(Path.Combine(here.Path, "b")), Days);
            file.Write(new()
            {
                Samples = [.. Minutes(null, Start, given.count), .. Minutes(Self, Start, 30)], Events = [Event(Self, 1, Start)], Nodes = [Named(Self, "attic")],
            }, Now);
            var now = Now.AddHours(given.hours);
            file.Trim(now);

            var pages = Follow(file, copy, now);

            Assert.Equal(Read(file), Read(copy));
            Assert.Equal("attic", Assert.Single(copy.ReadNodes()).HostName);
            Assert.InRange(pages, 1, 2 + (given.count / 300));
            Assert.Equal(1, Follow(file, copy, now));

            file.Write(new() { Samples = [Minute(Other, HistoryMinute(now))] }, now);
            Follow(file, copy, now);
            Assert.Equal(Read(file), Read(copy));
        }, iter: 4, threads: 1);

    [Fact]
    public void Page_OwnOnly_HasNothingOfOthers()
    {
        using var file = Open();
        file.Write(new()
        {
            Samples = [Minute(null, Start), Minute(Self, Start), Minute(Other, Start)], Events = [Event(Self, 1, Start), Event(Other, 1, Start)],
        }, Now);

        var page = file.ReadPage(new() { OwnOnly = true }, Self);

        Assert.Equal([Self], page.Samples.Select(sample => sample.Node));
        Assert.Equal([Self], page.Events.Select(one => one.Source));
        Assert.Empty(file.ReadPage(new() { OwnOnly = true, Store = page.Store, After = page.Next }, Self).Samples);
        Assert.Null(page.FindFault());
    }

    [Fact]
    public void Page_CursorOfAnotherFile_BeginsAnew()
    {
        using var file = Open();
        file.Write(new() { Samples = [Minute(Self, Start)] }, Now);

        Assert.Single(file.ReadPage(new() { Store = file.Store + 1, After = 1000 }, Self).Samples);
        Assert.Empty(file.ReadPage(new() { Store = file.Store, After = 1000 }, Self).Samples);
    }

    [Fact]
    public void Open_CopiedInTheMiddleOfWrites_HasWholeBatchesOnly()
    {
        // What kill -9 leaves: the file and its log as they are at that moment.
        using var file = Open();
        for (var batch = 0; batch < 15; batch++)
        {
            file.Write(new() { Samples = [Minute(null, Start.AddMinutes(batch)), Minute(Self, Start.AddMinutes(batch))] }, Now);
            var copy = Directory.CreateDirectory(
                Path.Combine(_folder.Path, $"copy{batch}"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            foreach (var name in (string[])[HistoryFile.FileName, HistoryFile.FileName + "-wal"])
            {
                var bytes = File.ReadAllBytes(Path.Combine(Folder, name));

                // The end of the log is torn off in any place.
                File.WriteAllBytes(Path.Combine(copy.FullName, name), name.EndsWith("-wal", StringComparison.Ordinal) ? bytes[..^(batch * 97 % 4000)] : bytes);
            }

            using var left = HistoryFile.Open(new(copy.FullName), Days);
            var cluster = left.Read(null, Start, Now, HistoryStep.Minute);
            Assert.InRange(cluster.Count, batch, batch + 1);
            Assert.Equal(cluster.Count, left.Read(Self, Start, Now, HistoryStep.Minute).Count);
        }
    }

    [Fact]
    public void Open_LaterVersion_IsDamage()
    {
        Open().Dispose();
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(Folder, HistoryFile.FileName)};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 7";
            command.ExecuteNonQuery();
        }

        Assert.True(HistoryFile.IsDamage(Assert.Throws<SqliteException>(Open)));
    }

    [Fact]
    public void Size_OfADayOfThreeNodesAndTheirMonth_StaysWithinTheBoundForANode()
    {
        // The bound for 50 nodes and 30 days is measured by `benchmarks history`; here a small part of it.
        using var file = Open();
        NodeId[] nodes = [Self, Other, new(3)];
        for (var hour = 0; hour < 48; hour++)
        {
            var start = Start.AddHours(hour);
            file.Write(
                new() { Samples = [.. nodes.Select(node => (NodeId?)node).Append(null).SelectMany(node => Minutes(node, start, 60))] }, start.AddHours(1));
            file.Trim(start.AddHours(1));
        }

        file.Dispose();
        var bytes = new FileInfo(Path.Combine(Folder, HistoryFile.FileName)).Length;
        var rows = 4 * ((24 * 60) + (24 * 6));
        Assert.InRange(bytes / rows, 20, 250);
    }

    private static DateTimeOffset HistoryMinute(DateTimeOffset now) => DateTimeOffset.FromUnixTimeSeconds(HistoryStep.Minute.BucketOf(now.ToUnixTimeSeconds()));

    private static KnownNode Named(NodeId node, string name) => new() { Node = node, HostName = name, LastSeen = 0 };

    private static (string Minutes, string Tens, string Nodes) Read(HistoryFile file) => (
        string.Join('\n', file.ReadNodes().Select(known => (NodeId?)known.Node).Append(null)
            .SelectMany(node => file.Read(node, Start, Start.AddDays(40), HistoryStep.Minute))),
        string.Join('\n', file.ReadNodes().Select(known => (NodeId?)known.Node).Append(null)
            .SelectMany(node => file.Read(node, Start, Start.AddDays(40), HistoryStep.TenMinutes))),
        string.Join('\n', file.ReadEvents(Start, Start.AddDays(40), null, 100)));

    private static int Follow(HistoryFile file, HistoryFile copy, DateTimeOffset now)
    {
        for (var pages = 1; ; pages++)
        {
            var ask = copy.AskOf(Self, ownOnly: false);
            var page = file.ReadPage(ask, Self);
            Assert.Null(page.FindFault());
            copy.Write(new()
            {
                Samples = page.Samples, Events = page.Events, Nodes = page.Nodes, Heard = (Self, ask with { Store = page.Store, After = page.Next }),
            }, now);
            if (!page.HasMore)
            {
                return pages;
            }
        }
    }

    private HistoryFile Open() => HistoryFile.Open(new DataStore(Folder), Days);

    private sealed class Failing : IReadOnlyList<HistoryEvent>
    {
        public int Count => 1;

        public HistoryEvent this[int index] => throw new InvalidOperationException("it fails");

        public IEnumerator<HistoryEvent> GetEnumerator() => throw new InvalidOperationException("it fails");

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
