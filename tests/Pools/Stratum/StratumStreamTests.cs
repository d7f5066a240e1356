using System.Text;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Pools.Connections;
using P2PMiner.Pools.Stratum;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Stratum;

/// <summary>Whole byte streams into a connection: what a pool says, cut and spoiled in any way.</summary>
public sealed class StratumStreamTests
{
    private static readonly string[] Lines =
    [
        $$"""{"method":"job","params":{{new FakeJob { JobId = "a" }.Json}}}""",
        $$"""{"method":"job","params":{{new FakeJob { JobId = "b", Target = "ffffffffffff0000" }.Json}}}""",
        """{"method":"job","params":{"job_id":"bad"}}""",
        """{"method":"client.reconnect","params":["elsewhere.example",1]}""",
        """{"id":9,"error":{"message":"stale"}}""",
        """{"method":"unknown","params":[]}""",
        "",
        $$"""{"method":"job","params":{{new FakeJob { JobId = "c", Blob = FakeJob.BlobHex(parent: 2) }.Json}}}""",
    ];

    [Fact]
    public void Read_AnySplit_SameJobs() =>
        Gen.Select(Gen.Int[0, Lines.Length - 1].Array[1, 12], Gen.Int[1, 300].Array[1, 30]).Sample((picks, cuts) =>
        {
            var bytes = Encoding.UTF8.GetBytes(string.Concat(picks.Select(pick => Lines[pick] + "\n")));
            var whole = Run(bytes, [bytes.Length]);
            var pieces = Run(bytes, cuts);
            Assert.Equal(whole.Jobs, pieces.Jobs);
            Assert.Equal(whole.End.Message, pieces.End.Message);
        }, iter: 300);

    [Fact]
    public void Read_SpoiledStream_EndsInAnOrderlyWay() =>
        Gen.Select(Gen.Int[0, Lines.Length - 1].Array[1, 8], Gen.Select(Gen.Int[0, 5000], Gen.Byte).Array[0, 4], Gen.Int[1, 300].Array[1, 10])
            .Sample((picks, edits, cuts) =>
            {
                var bytes = Encoding.UTF8.GetBytes(string.Concat(picks.Select(pick => Lines[pick] + "\n")));
                foreach (var (at, value) in edits)
                {
                    bytes[at % bytes.Length] = value;
                }

                Assert.True(Run(bytes, cuts).End is PoolProtocolException or PoolRedirectException
                    or IOException { Message: "the pool closed the connection" });
            }, iter: 500);

    private static (List<string> Jobs, Exception End) Run(byte[] bytes, int[] cuts)
    {
        var endpoint = new PoolEndpoint(new(PoolScheme.StratumTcp, "pool.example", 3333), new() { User = "user" }, [Algorithm.RandomX]);
        var stream = new PiecemealStream(bytes, cuts);
        var connection = new StratumConnection(
            new(stream, new(null, null, null)), endpoint, [Algorithm.RandomX], () => 1, new(), new FakeTimeProvider(), new RecordingLogger());
        var jobs = new List<string>();
        Exception end;
        try
        {
            end = Eventually.ComesAsync(DrainAsync(), "end of the stream").GetAwaiter().GetResult();
        }
        finally
        {
            connection.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        return (jobs, end);

        async Task<Exception> DrainAsync()
        {
            try
            {
                await foreach (PoolJob job in connection.Jobs.ReadAllAsync())
                {
                    jobs.Add($"{job.JobId} {job.Target} {job.Parent}");
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
