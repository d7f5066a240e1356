using System.IO.Compression;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Interfaces.Tests;
using P2PMiner.Native;
using P2PMiner.Peers;
using P2PMiner.Security;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Hosting;
using P2PMiner.Silo.Membership;
using P2PMiner.Silo.Node;
using P2PMiner.TestKit;

namespace P2PMiner.Silo.Tests.Compat;

/// <summary>The files of the data folder, which an upgrade keeps. A database is recorded compressed.</summary>
internal sealed class DataFolderFiles : ICompatFile
{
    private static readonly UInt128 Cluster = new(1, 2);
    private static readonly FakeTimeProvider Clock = new(DateTimeOffset.UnixEpoch.AddYears(56));

    private static readonly LaneKey Lanes = new()
    {
        Cpu = "A CPU", L2Bytes = 1, L3Bytes = 2, Threads = 8, Kernel = "avx512", PadBytesMax = 3, HugePages = true, Version = "0.1.0",
    };

    private static readonly ShapeKey Shapes = new()
    {
        Algorithm = "rx/0", Cpu = "A CPU", L3Bytes = 2, Threads = 8, Kernel = "avx512", MachinesMax = 4, HugePages = true, Version = "0.1.0",
    };

    /// <summary>Each file: how it is written into a folder, and read from it.</summary>
    private static readonly Dictionary<string, (Action<string> Write, Func<string, object> Read)> Files = new()
    {
        [ClusterKeyFile.FileName] = (folder => new ClusterKeyFile(folder, Clock).Replace(Ring()), ReadRing),
        [NodeIdentity.FileName] = (folder => NodeIdentity.LoadOrCreate(folder), ReadNodeId),
        [DiscoveryState.FileName] = (WriteState, ReadState),
        [SqliteMembershipTable.FileName] = (WriteTable, ReadTable),
        [LaneFile.Name] = (folder => LaneFileIn(folder).Keep(Lanes, new([1, 2, 3, 4, 5, 20]), Clock.GetUtcNow(), NullLogger.Instance),
            folder => new Measured([.. Enumerable.Range(0, LaneDepths.Names.Count).Select(variant => FoundLanes(folder)[variant])])),
        [ShapeFile.Name] = (folder => ShapeFileIn(folder).Keep(Shapes, new(2, RandomXFetch.T0), Clock.GetUtcNow(), NullLogger.Instance),
            folder => new Measured([(int)FoundShape(folder).Machines, (int)FoundShape(folder).Fetch])),
    };

    public string FileName => "data.txt";

    public IEnumerable<CompatMessage> Make()
    {
        using var folder = new TemporaryFolder();
        foreach (var (name, file) in Files)
        {
            file.Write(folder.Path);
            yield return new(name, Packed(name, File.ReadAllBytes(Path.Combine(folder.Path, name))), MemberLines.Of(file.Read(folder.Path)));
        }
    }

    public object Read(CompatMessage message)
    {
        Assert.True(Files.TryGetValue(message.Name, out var file), $"nothing reads {message.Name} any more, and the older version has left it");
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, message.Name);
        File.WriteAllBytes(path, Unpacked(message.Name, message.Bytes));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file.Read(folder.Path);
    }

    private static byte[] Packed(string name, byte[] content)
    {
        if (!IsDatabase(name))
        {
            return content;
        }

        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    private static byte[] Unpacked(string name, byte[] content)
    {
        var plain = new MemoryStream();
        using var gzip = IsDatabase(name) ? new GZipStream(new MemoryStream(content), CompressionMode.Decompress) : (Stream)new MemoryStream(content);
        gzip.CopyTo(plain);
        return plain.ToArray();
    }

    private static bool IsDatabase(string name) => name.EndsWith(".db", StringComparison.Ordinal);

    private static ClusterKeyRing Ring() => new(KeyOf(1), Clock,
        [new(KeyOf(2), Clock.GetUtcNow().AddHours(1)), new(KeyOf(3), Clock.GetUtcNow().AddHours(2), IsNext: true)]);

    private static ClusterKey KeyOf(byte fill) => new(Enumerable.Repeat(fill, ClusterKey.SizeInBytes).ToArray());

    private static Keys ReadRing(string folder)
    {
        var ring = new ClusterKeyFile(folder, Clock).Load();
        return new(ring.Current.Id, [.. ring.Others.Select(other => new OtherKey(other.Key.Id, other.Until.UtcDateTime, other.IsNext))]);
    }

    private static object ReadNodeId(string folder)
    {
        var before = File.ReadAllText(Path.Combine(folder, NodeIdentity.FileName));
        var id = NodeIdentity.LoadOrCreate(folder);
        Assert.Equal(before, File.ReadAllText(Path.Combine(folder, NodeIdentity.FileName)));
        return id;
    }

    private static void WriteState(string folder)
    {
        var state = new DiscoveryState(folder, () => Cluster, NullLogger.Instance);
        state.Begin(Clock.GetUtcNow().ToUnixTimeMilliseconds());
        state.Reached(77);
    }

    private static State ReadState(string folder)
    {
        var log = new RecordingLogger();
        var state = new DiscoveryState(folder, () => Cluster, log);
        state.Begin(Clock.GetUtcNow().ToUnixTimeMilliseconds());
        Assert.Empty(log.Lines);

        // The next boot, at the same moment: one higher than the boot in the file.
        return new(state.Term, state.Boot);
    }

    private static void WriteTable(string folder)
    {
        using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var table = new SqliteMembershipTable(new(folder), $"{Cluster:x32}", services, Clock, NullLogger.Instance);
        table.InitializeMembershipTableAsync(true).GetAwaiter().GetResult();
        table.ReplaceAsync(TableMessages.Table, CancellationToken.None).GetAwaiter().GetResult();
    }

    private static TableSnapshot ReadTable(string folder)
    {
        using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var log = new RecordingLogger();
        var table = new SqliteMembershipTable(new(folder), $"{Cluster:x32}", services, Clock, log);
        table.InitializeMembershipTableAsync(true).GetAwaiter().GetResult();
        Assert.Empty(log.Lines);
        var read = table.SnapshotAsync(CancellationToken.None).GetAwaiter().GetResult();
        read.Validate();
        return read with { Rows = [.. read.Rows.OrderBy(row => row.Silo.Generation)] };
    }

    private static LaneDepths FoundLanes(string folder)
        => LaneFileIn(folder).Find(Lanes, NullLogger.Instance) ?? throw new InvalidOperationException("the measured lanes are not found again");

    private static RandomXShape FoundShape(string folder)
        => ShapeFileIn(folder).Find(Shapes, NullLogger.Instance) ?? throw new InvalidOperationException("the measured shape is not found again");

    private static LaneFile LaneFileIn(string folder) => new(new MeasurementStore(new(folder), LaneFile.Name, Clock));

    private static ShapeFile ShapeFileIn(string folder) => new(new MeasurementStore(new(folder), ShapeFile.Name, Clock));

    /// <summary>Keys by their public ids.</summary>
    private sealed record Keys(string Current, IReadOnlyList<OtherKey> Others);

    private sealed record OtherKey(string Id, DateTime Until, bool IsNext);

    private sealed record State(ulong Term, ulong NextBoot);

    private sealed record Measured(IReadOnlyList<int> Numbers);
}
