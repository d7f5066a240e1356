using System.Text;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Hashing;
using P2PMiner.Pools.Connections;
using P2PMiner.Pools.Stratum;
using P2PMiner.Pools.Transport;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Stratum;

/// <summary>Lines of pools, spoiled at random, through whole connections of both dialects: none ends by fewer than 16 bad ones in a row.</summary>
public sealed class StratumFuzzTests
{
    private static readonly string Login =
        $$"""{"id":1,"jsonrpc":"2.0","result":{"id":"abc","job":{{new FakeJob().Json}},"extensions":["algo","nicehash","keepalive"],"status":"OK"},"error":null}""";

    private static readonly string[] MoneroLines =
    [
        Login,
        $$"""{"jsonrpc":"2.0","method":"job","params":{{new FakeJob { JobId = "a", NextSeedHash = new('7', 64) }.Json}}}""",
        $$"""{"jsonrpc":"2.0","method":"job","params":{{new FakeJob { JobId = "b", Target = "ffffffffffff0000", Algo = null }.Json}}}""",
        """{"id":2,"jsonrpc":"2.0","error":{"code":-1,"message":"Low difficulty share"}}""",
        """{"id":3,"jsonrpc":"2.0","error":null,"result":{"status":"OK"}}""",
        """{"id":4,"result":false,"error":null,"reject-reason":"Stale \ud83d\ude00"}""",
        """{"id":null,"result":{"status":"KEEPALIVED"}}""",
        """{"id":900,"method":"mining.ping","params":[]}""",
        """{"id":"x","method":"client.get_version"}""",
    ];

    private static readonly string Subscribed = """{"id":1,"result":[[["mining.set_difficulty","1"],["mining.notify","1"]],"0011223344556677",4],"error":null}""";

    private static readonly string[] V1Lines =
    [
        Subscribed,
        """{"id":2,"result":true,"error":null}""",
        """{"id":3,"result":null,"error":"Not supported."}""",
        """{"id":9,"result":false,"error":null,"reject-reason":"Stale \ud83d\ude00"}""",
        V1Jobs.Json(V1Jobs.Notify100000),
        V1Jobs.Json(V1Jobs.Notify100000 with { JobId = "b", Clean = "false", Branches = [] }),
        """{"id":null,"method":"mining.set_difficulty","params":[0.00012207]}""",
        """{"id":null,"method":"mining.set_extranonce","params":["aa",8]}""",
        """{"method":"client.show_message","params":["hello \ud83d\ude00"]}""",
        """{"id":900,"method":"mining.ping","params":[]}""",
        """{"id":5,"method":"client.get_version","params":[]}""",
    ];

    private static readonly string[] Breaking =
    [
        "\"", "\\", "{", "}", "[", "]", ",", ":", "\0", "\uFEFF", "\\ud83d", "\\udfff", "\\u00", "null", "-1", "1e999", "\"\"", "{}", "true",
    ];

    // What breaks readers, and any bytes but a line end.
    private static readonly Gen<byte[]> Fragment = Gen.OneOf(
        Gen.Int[0, Breaking.Length - 1].Select(which => Encoding.UTF8.GetBytes(Breaking[which])),
        Gen.Byte.Array[1, 4].Select(bytes => bytes.Select(value => value == '\n' ? (byte)0xff : value).ToArray()));

    [Fact]
    public void Read_SpoiledMoneroLines_OnlySixteenInARowEndTheSession() =>
        Groups(MoneroLines).Sample(groups => Survives(
            Login, groups, $$"""{"method":"job","params":{{new FakeJob { JobId = "good" }.Json}}}""",
            link => new StratumConnection(
                link, Endpoint(Algorithm.RandomX), [Algorithm.RandomX], () => 1, new(), new FakeTimeProvider(), new RecordingLogger()),
            connection => ((StratumConnection)connection).LoginAsync(default)), iter: 1500);

    [Fact]
    public void Read_SpoiledV1Lines_OnlySixteenInARowEndTheSession() =>
        Groups(V1Lines).Sample(groups => Survives(
            Subscribed, groups, V1Jobs.Json(V1Jobs.Notify100000 with { JobId = "good" }),
            link => new V1Connection(link, Endpoint(Algorithm.GhostRider), () => 1, new(), new FakeTimeProvider(), new RecordingLogger()),
            connection => ((V1Connection)connection).LoginAsync(default)), iter: 1500);

    [Fact]
    public void Read_RubbishInARow_EndsAtTheSixteenthAndNotBefore() =>
        Gen.Int[0, 40].Sample(count =>
        {
            var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("rubbish\n", count)));
            var end = End(bytes, [100], link => new StratumConnection(
                link, Endpoint(Algorithm.RandomX), [Algorithm.RandomX], () => 1, new(), new FakeTimeProvider(), new RecordingLogger()));
            Assert.Equal(count >= 16, end is PoolProtocolException);
        }, iter: 60);

    /// <summary>Up to 15 spoiled lines in a row, several times.</summary>
    private static Gen<byte[][][]> Groups(string[] lines) => Gen.Select(
        Gen.Int[0, lines.Length - 1], Gen.Select(Gen.Int[0, 2], Gen.Int[0, 2000], Gen.Int[0, 40], Fragment).Array[1, 4]).Select((which, edits) =>
        {
            var line = Encoding.UTF8.GetBytes(lines[which]);
            foreach (var (kind, at, length, fragment) in edits)
            {
                var from = at % (line.Length + 1);
                var to = kind switch
                {
                    0 => from,                                              // put in
                    1 => Math.Min(line.Length, from + fragment.Length),     // put in place of as much
                    _ => Math.Min(line.Length, from + length),              // put in place of more
                };
                line = [.. line[..from], .. fragment, .. line[to..]];
            }

            return line;
        }).Array[0, 15].Array[1, 4];

    private static void Survives(
        string login, byte[][][] groups, string good, Func<PoolLink, IPoolConnection> connect, Func<IPoolConnection, Task> logIn)
    {
        byte[] bytes =
        [
            .. Encoding.UTF8.GetBytes(login + "\n"),
            .. groups.SelectMany(group => group.SelectMany(line => line.Append((byte)'\n')).Concat(Encoding.UTF8.GetBytes(good + "\n"))),
        ];
        var end = End(bytes, [bytes.Length, 17, 300], connect, logIn);
        Assert.True(end is IOException { Message: "the pool closed the connection" }, $"{end}\n{Encoding.Latin1.GetString(bytes)}");
    }

    /// <summary>Why the connection ended that read these bytes.</summary>
    private static Exception End(byte[] bytes, int[] cuts, Func<PoolLink, IPoolConnection> connect, Func<IPoolConnection, Task>? logIn = null)
    {
        var connection = connect(new(new PiecemealStream(bytes, cuts, answers: logIn is not null), new(null, null, null)));
        try
        {
            var login = logIn?.Invoke(connection) ?? Task.CompletedTask;
            var end = Eventually.ComesAsync(Record.ExceptionAsync(DrainAsync).AsTask(), "end of the stream").GetAwaiter().GetResult();
            login.ContinueWith(static task => _ = task.Exception, TaskScheduler.Default);
            return end ?? throw new InvalidOperationException("the connection ended without a reason");
        }
        finally
        {
            connection.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        async Task DrainAsync()
        {
            await foreach (var _ in connection.Jobs.ReadAllAsync())
            {
            }
        }
    }

    private static PoolEndpoint Endpoint(Algorithm algorithm) => new(new(PoolScheme.StratumTcp, "pool.example", 3333), new() { User = "user" }, [algorithm]);
}
