using System.Buffers.Binary;
using System.Text;
using CsCheck;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Membership;

namespace P2PMiner.Membership.Tests;

public class TableFramesTests
{
    private static readonly SiloRow Row = new(
        new("fd00::7", 9999, -5), SiloStatus.Active, "a \"silo\"", "höst", 9998, new(2026, 5, 1, 1, 2, 3, 456, DateTimeKind.Utc), DateTime.UnixEpoch,
        [new(new("127.0.0.1", 1, 2), DateTime.UnixEpoch)]);

    public static readonly TheoryData<string> Requests = [.. Samples().Select(request => request.GetType().Name).Distinct()];

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Request_EachKind_RoundTrips(string kind)
    {
        var request = Samples().First(sample => sample.GetType().Name == kind);
        using var stream = new MemoryStream();
        await TableFrames.WriteAsync(stream, request, CancellationToken.None);
        stream.Position = 0;
        Assert.Equivalent(request, await TableFrames.ReadRequestAsync(stream, CancellationToken.None), strict: true);
        Assert.Null(await TableFrames.ReadRequestAsync(stream, CancellationToken.None));
    }

    [Fact]
    public async Task Answer_WithTable_RoundTrips()
    {
        var answer = new TableAnswer(TableOutcome.Conflict, ulong.MaxValue, new(77, [Row]), Row.Silo);
        using var stream = new MemoryStream();
        await TableFrames.WriteAsync(stream, answer, CancellationToken.None);
        stream.Position = 0;
        Assert.Equivalent(answer, await TableFrames.ReadAnswerAsync(stream, CancellationToken.None), strict: true);
        await Assert.ThrowsAsync<EndOfStreamException>(() => TableFrames.ReadAnswerAsync(stream, CancellationToken.None));
    }

    [Theory]
    [InlineData(0, 1, "length")]
    [InlineData(-1, 1, "length")]
    [InlineData(int.MaxValue, 1, "length")]
    [InlineData(TableFrames.MaxRequestBytes + 1, 1, "length")]
    [InlineData(10, 2, "version")]
    public async Task ReadRequest_HeaderOutOfRange_IsRefusedBeforeAnythingIsTaken(int length, byte version, string reason)
    {
        var header = new byte[5];
        BinaryPrimitives.WriteInt32LittleEndian(header, length);
        header[4] = version;
        var error = await Assert.ThrowsAsync<TableProtocolException>(() => TableFrames.ReadRequestAsync(new MemoryStream(header), CancellationToken.None));
        Assert.Contains(reason, error.Message);
    }

    [Theory]
    [InlineData("""{"$type":"readAll"}""")]
    [InlineData("""{"$type":"dropEverything","term":1}""")]
    [InlineData("""{"term":1}""")]
    [InlineData("""null""")]
    [InlineData("""[]""")]
    [InlineData("""{"$type":"readRow","term":1}""")]
    [InlineData("""{"$type":"readRow","term":1,"silo":null}""")]
    [InlineData("""{"$type":"readRow","term":1,"silo":{"address":"example.org","port":1,"generation":1}}""")]
    [InlineData("""{"$type":"readRow","term":1,"silo":{"address":"1.2.3.4","port":0,"generation":1}}""")]
    [InlineData("""{"$type":"readRow","term":1,"silo":{"address":"1.2.3.4","port":65536,"generation":1}}""")]
    [InlineData("""{"$type":"readRow","term":-1,"silo":{"address":"1.2.3.4","port":1,"generation":1}}""")]
    [InlineData("""{"$type":"updateIAmAlive","term":1,"silo":{"address":"1.2.3.4","port":1,"generation":1},"time":"2026-01-01T00:00:00"}""")]
    public void ParseRequest_NotARequest_IsRefused(string json)
        => Assert.Throws<TableProtocolException>(() => TableFrames.ParseRequest(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void ParseAnswer_TableOutOfRange_IsRefused()
    {
        TableSnapshot[] wrong =
        [
            new(-1, []), new(int.MaxValue, []), new(1, [Row, Row]),
            new(1, [.. Enumerable.Range(0, TableSnapshot.MaxRows + 1)
                .Select(generation => Row with { Silo = Row.Silo with { Generation = generation }, Suspects = [] })]),
            new(1, [Row with { Status = (SiloStatus)99 }]), new(1, [Row with { HostName = new string('h', 257) }]), new(1, [Row with { ProxyPort = 70000 }]),
            new(1, [Row with { Suspects = [.. Enumerable.Repeat(Row.Suspects[0], 257)] }]),
        ];
        Assert.All(wrong, table => Assert.Throws<TableProtocolException>(() => TableFrames.ParseAnswer(Json(new TableAnswer(TableOutcome.Done, 1, table)))));
    }

    [Fact]
    public async Task Answer_WithBeacons_RoundTrips()
    {
        var answer = News([new([1, 2, 255], 0), new(new byte[WireBeacon.MaxBytes], WireBeacon.MaxAgeMs)]);
        using var stream = new MemoryStream();
        await TableFrames.WriteAsync(stream, answer, CancellationToken.None);
        stream.Position = 0;
        Assert.Equivalent(answer, await TableFrames.ReadAnswerAsync(stream, CancellationToken.None), strict: true);
    }

    [Fact]
    public void ParseAnswer_BeaconsOutOfRange_AreRefused()
    {
        TableAnswer[] wrong =
        [
            News([new([], 0)]), News([new(new byte[WireBeacon.MaxBytes + 1], 0)]), News([new([1], -1)]), News([new([1], WireBeacon.MaxAgeMs + 1)]),
            News([.. Enumerable.Repeat(new WireBeacon([1], 0), BeaconNews.MaxBeacons + 1)]), News([null!]), new(TableOutcome.Done, 0, Beacons: new(-1, [])),
        ];
        Assert.All(wrong, answer => Assert.Throws<TableProtocolException>(() => TableFrames.ParseAnswer(Json(answer))));
    }

    [Theory]
    [InlineData("""{"$type":"beacon","since":0}""")]
    [InlineData("""{"$type":"beacon","datagram":null,"since":0}""")]
    [InlineData("""{"$type":"beacon","datagram":"","since":0}""")]
    [InlineData("""{"$type":"beacon","datagram":"!","since":0}""")]
    [InlineData("""{"$type":"beacon","datagram":"AQ==","since":-1}""")]
    public void ParseRequest_NotABeacon_IsRefused(string json)
        => Assert.Throws<TableProtocolException>(() => TableFrames.ParseRequest(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Parse_AnyBytes_IsAMessageOrRefused() => Gen.Byte.Array[0, 400].Sample(Judge, iter: 2000);

    [Fact]
    public void Parse_MutatedMessage_IsAMessageOrRefused()
    {
        var seeds = Samples().Select(request => System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(request, TableJson.Default.TableRequest))
            .Append(Json(new TableAnswer(TableOutcome.Done, 3, new(7, [Row]), Row.Silo))).Append(Json(News([new([1, 2, 3], 250)]))).ToArray();
        Gen.Select(Gen.Int[0, seeds.Length - 1], Gen.Select(Gen.Int[0, 2000], Gen.Byte).Array[1, 4], Gen.Int[0, 2000]).Sample((which, changes, cut) =>
        {
            var bytes = seeds[which].ToArray();
            foreach (var (at, value) in changes)
            {
                bytes[at % bytes.Length] = value;
            }

            Judge(cut < 500 ? bytes[..(cut % bytes.Length)] : bytes);
        }, iter: 5000);
    }

    private static void Judge(byte[] bytes)
    {
        try
        {
            TableFrames.ParseRequest(bytes);
        }
        catch (TableProtocolException)
        {
        }

        try
        {
            // What passes is safe to turn into Orleans' own types.
            TableFrames.ParseAnswer(bytes).Table?.ToTable();
        }
        catch (TableProtocolException)
        {
        }
    }

    private static TableAnswer News(IReadOnlyList<WireBeacon> beacons) => new(TableOutcome.Done, 0, Beacons: new(9, beacons));

    private static byte[] Json(TableAnswer answer) => System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(answer, TableJson.Default.TableAnswer);

    private static IEnumerable<TableRequest> Samples() =>
    [
        new TableRequest.ReadAll(1), new TableRequest.ReadRow(2, Row.Silo), new TableRequest.InsertRow(3, 2, 9, Row), new TableRequest.UpdateRow(4, 4, 10, Row),
        new TableRequest.UpdateIAmAlive(5, Row.Silo, DateTime.UnixEpoch), new TableRequest.CleanUp(6, DateTimeOffset.UnixEpoch), new TableRequest.DeleteAll(7),
        new TableRequest.HandOver(ulong.MaxValue), new TableRequest.Beacon([1, 2, 255], 7), new TableRequest.Beacon([0], null),
    ];
}
