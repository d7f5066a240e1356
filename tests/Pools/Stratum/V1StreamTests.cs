using System.Text;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Pools.Blobs;
using P2PMiner.Pools.Connections;
using P2PMiner.Pools.Stratum;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Stratum;

/// <summary>Whole byte streams into a connection that logs in: what a Stratum v1 pool says, cut and spoiled in any way.</summary>
public sealed class V1StreamTests
{
    private static readonly string[] Lines =
    [
        """{"id":1,"result":[[["mining.notify","1"]],"0011223344556677",4],"error":null}""",
        """{"id":2,"result":true,"error":null}""",
        """{"id":3,"result":null,"error":[20,"Not supported.",null]}""",
        V1Jobs.Json(V1Jobs.Notify100000),
        V1Jobs.Json(V1Jobs.Notify100000 with { JobId = "b", Clean = "false", Branches = [] }),
        """{"id":null,"method":"mining.set_difficulty","params":[0.00012207]}""",
        """{"id":null,"method":"mining.set_extranonce","params":["aa",8]}""",
        """{"id":null,"method":"mining.set_extranonce","params":["aa"]}""",
        """{"method":"client.show_message","params":["hello"]}""",
        """{"id":5,"method":"client.get_version","params":[]}""",
        """{"method":"client.reconnect","params":["elsewhere.example",1,0]}""",
        """{"id":9,"result":null,"error":[21,"Job not found",null]}""",
        """{"id":9,"error":"stale"}""",
        """{"method":"mining.notify","params":["bad"]}""",
        "",
        V1Jobs.Json(V1Jobs.Notify100000 with { JobId = "c", PreviousHash = new('9', 64), Time = "60395340" }),
    ];

    [Fact]
    public void Read_AnySplit_SameJobs() =>
        Gen.Select(Gen.Int[0, Lines.Length - 1].Array[1, 14], Gen.Int[1, 300].Array[1, 30]).Sample((picks, cuts) =>
        {
            var bytes = Encoding.UTF8.GetBytes(string.Concat(picks.Prepend(0).Select(pick => Lines[pick] + "\n")));
            var whole = Run(bytes, [bytes.Length]);
            var pieces = Run(bytes, cuts);
            Assert.Equal(whole.Jobs, pieces.Jobs);
            Assert.Equal(whole.End.Message, pieces.End.Message);
        }, iter: 300);

    [Fact]
    public void Read_SpoiledStream_EndsInAnOrderlyWay() =>
        Gen.Select(Gen.Int[0, Lines.Length - 1].Array[1, 10], Gen.Select(Gen.Int[0, 5000], Gen.Byte).Array[0, 4], Gen.Int[1, 300].Array[1, 10])
            .Sample((picks, edits, cuts) =>
            {
                var bytes = Encoding.UTF8.GetBytes(string.Concat(picks.Select(pick => Lines[pick] + "\n")));
                foreach (var (at, value) in edits)
                {
                    bytes[at % bytes.Length] = value;
                }

                var end = Run(bytes, cuts).End;
                Assert.True(end is PoolProtocolException or PoolRedirectException or IOException { Message: "the pool closed the connection" }, $"{end}");
            }, iter: 500);

    /// <summary>Structure kept, values replaced: gets past the JSON reader to every check behind it.</summary>
    [Fact]
    public void TryRead_ArbitraryValuesInEveryField_JobOrReason()
    {
        var scalar = Gen.OneOf(new[]
        {
            "null", "true", "0", "-1", "1e999", "1e-3", "18446744073709551616", "\"\"", "\"zz\"", "[]", "{}", "\"0\"", "\"00\"", "4", "8",
            "\"4\"", "\"1\"", "[\"zz\"]",
            $"\"{new string('0', 8)}\"", $"\"{new string('f', 64)}\"", $"\"{new string('8', 900)}\"", $"[\"{new string('f', 64)}\"]",
            $"[{string.Join(',', Enumerable.Repeat("0", 40))}]",
        }.Select(value => Gen.Const(value)).ToArray());
        Gen.Select(scalar.Array[0, 10], scalar.Array[0, 3]).Sample((fields, rest) =>
        {
            var reader = new V1JobReader("pool:1");
            Assert.Null(reader.SetExtraNonce("00", "4"));
            var set = Parse($"{{\"method\":\"mining.set_extranonce\",\"params\":[{string.Join(',', rest)}]}}");
            Check(reader.SetExtraNonce(set.Params.ElementAtOrDefault(0), set.Params.ElementAtOrDefault(1)));
            Check(reader.SetDifficulty(Parse($"{{\"method\":\"mining.set_difficulty\",\"params\":[{string.Join(',', rest)}]}}").Params.ElementAtOrDefault(0)));
            var notify = Parse($"{{\"method\":\"mining.notify\",\"params\":[{string.Join(',', fields)}]}}").Notify!;
            var taken = reader.TryRead(notify, out var job, out var error);
            Assert.Equal(taken, job is not null);
            Assert.Equal(taken, error is null);
            Check(error);
            Assert.True(job is null || reader.Place(job, notify.Clean).Blob.Length == V1Header.Size);

            var answer = Parse($"{{\"id\":{(rest.Length > 0 ? rest[0] : "1")},\"result\":[{string.Join(',', fields)}],\"error\":[{string.Join(',', rest)}]}}");
            if (answer.Error is { } text)
            {
                StratumRefusal.Outcome(text, answer.ErrorCode);
            }
        }, iter: 20_000);

        static void Check(string? error) => Assert.True(error is null || (error.Length < 200 && !error.Any(char.IsControl)), error);
        static StratumMessage Parse(string line) => Assert.Single(StratumParser.Read(new(Encoding.UTF8.GetBytes(line)), out _));
    }

    private static (List<string> Jobs, Exception End) Run(byte[] bytes, int[] cuts)
    {
        var endpoint = new PoolEndpoint(new(PoolScheme.StratumTcp, "pool.example", 3333), new() { User = "user" }, [Algorithm.GhostRider]);
        var stream = new PiecemealStream(bytes, cuts, answers: true);
        var connection = new V1Connection(new(stream, new(null, null, null)), endpoint, () => 1, new(), new FakeTimeProvider(), new RecordingLogger());
        var jobs = new List<string>();
        try
        {
            var login = connection.LoginAsync(default);
            var end = Eventually.ComesAsync(DrainAsync(), "end of the stream").GetAwaiter().GetResult();
            login.ContinueWith(static task => _ = task.Exception, TaskScheduler.Default);
            return (jobs, end);
        }
        finally
        {
            connection.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        async Task<Exception> DrainAsync()
        {
            try
            {
                await foreach (PoolJob job in connection.Jobs.ReadAllAsync())
                {
                    jobs.Add($"{job.JobId} {job.Target} {job.Parent} {Convert.ToHexStringLower(job.Blob.AsSpan())}");
                }
            }
            catch (Exception reason)
            {
                return reason;
            }

            throw new InvalidOperationException("the jobs ended without a reason");
        }
    }
}
