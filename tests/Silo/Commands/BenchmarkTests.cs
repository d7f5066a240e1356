using System.Collections.Concurrent;
using System.Collections.Immutable;
using P2PMiner.Datasets;
using P2PMiner.Hashing;
using P2PMiner.Native;
using P2PMiner.Silo.Commands;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.Tests.Commands;

public sealed class BenchmarkTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(1000)]
    public async Task Run_AnyCount_HashesEachNonceOnce(ulong count)
    {
        var engine = new CountingEngine();
        var done = 0UL;

        var sum = await new Benchmark(engine, Algorithm.RandomX).RunAsync(count, progress => done = progress, CancellationToken.None);

        Assert.Equal(count, done);
        Assert.Equal(Enumerable.Range(0, (int)count).Select(nonce => (uint)nonce), engine.Nonces.Order());
        Assert.Equal(engine.Nonces.Aggregate(0UL, (xor, nonce) => xor ^ CountingEngine.Top(nonce)), sum);
    }

    [Fact]
    public async Task Run_RandomXV2_SumsCommitments()
    {
        NativeLibrary.Require();

        var sum = await new Benchmark(new CountingEngine(), Algorithm.RandomXV2).RunAsync(2, _ => { }, CancellationToken.None);

        byte[] first = new byte[112], second = new byte[112];
        second[39] = 1;
        Assert.Equal(CommitmentOf(first, 0).W3 ^ CommitmentOf(second, 1).W3, sum);

        static Hash256 CommitmentOf(byte[] input, uint nonce) => Commitment.Of(input, new Hash256 { W3 = CountingEngine.Top(nonce) });
    }

    [Fact]
    public async Task Run_SliceLeftUndone_Fails()
        => await Assert.ThrowsAsync<HashEngineException>(() =>
            new Benchmark(new CountingEngine { Refuse = true }, Algorithm.RandomX).RunAsync(10, _ => { }, CancellationToken.None));

    [Theory]
    [InlineData(20_000UL, 0xC82B490C757DA738, 0, "the sum is right")]
    [InlineData(20_000UL, 0xC82B490C757DA739, 1, "the sum is WRONG: C82B490C757DA738 is right")]
    [InlineData(20_001UL, 0x0000000000000001UL, 0, "no sum is known for 20001 hashes of rx/0")]
    public void Report_Sum_IsComparedAndStandsInTheLastLine(ulong count, ulong sum, int exitCode, string verdict)
    {
        var (output, error) = (new StringWriter(), new StringWriter());

        Assert.Equal(exitCode, BenchCommand.Report(Algorithm.RandomX, count, sum, 2.5, new Screen(output, false), error));

        var rate = count == 20_000 ? "8000.0" : "8000.4";
        Assert.Equal($"{verdict}\nbenchmark finished in 2.500 seconds ({rate} h/s) hash sum = {sum:X16}\n", output.ToString());
        Assert.Equal(exitCode != 0, error.ToString().Contains("hashes wrongly"));
    }

    [Fact]
    public async Task Bench_HundredInLightMode_GivesTheKnownSum()
    {
        NativeLibrary.Require();
        using var folder = new TemporaryFolder();

        var outcome = await InProcess.RunAsync(["--bench", "100", "-a", "randomx", "--randomx-mode", "light", "--data", folder.Path]);

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        var lines = outcome.Out.TrimEnd().Split('\n');
        Assert.Matches(@"^benchmark finished in \d+\.\d{3} seconds \(\d+\.\d h/s\) hash sum = 1DC30F85A9C4636C$", lines[^1]);
        Assert.Equal("the sum is right", lines[^2]);
        Assert.Contains(lines, line => line.StartsWith("READY ", StringComparison.Ordinal));
    }

    /// <summary>Answers with hashes that tell their nonce.</summary>
    private sealed class CountingEngine : IHashEngine
    {
        public ConcurrentBag<uint> Nonces { get; } = [];

        public bool Refuse { get; init; }

        public static ulong Top(uint nonce) => (nonce + 1) * 0x9E3779B97F4A7C15UL;

        public Task<SliceResult> SearchAsync(SearchSlice slice)
        {
            Assert.Equal((112, 39, Target.Easiest), (slice.Blob.Length, slice.NonceOffset, slice.Target));
            if (Refuse)
            {
                return Task.FromResult(new SliceResult { Hits = [] });
            }

            var nonces = Enumerable.Range((int)slice.Range.First, (int)slice.Range.Count).Select(nonce => (uint)nonce).ToList();
            nonces.ForEach(Nonces.Add);
            return Task.FromResult(new SliceResult
            {
                HashesDone = slice.Range.Count, Hits = [.. nonces.Select(nonce => new NonceHit(nonce, new Hash256 { W3 = Top(nonce) }))],
            });
        }

        public EngineStatus GetStatus() => new() { Threads = 2, Rates = default };

        public Task PrepareAsync(Algorithm algorithm, Seed seed, CancellationToken cancellation) => Task.CompletedTask;

        public void ExpectSeed(Algorithm algorithm, Seed seed) => throw new NotSupportedException();

        public Task<SliceResult> SearchAsGuestAsync(SearchSlice slice, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<ImmutableArray<Hash256>> HashAsGuestAsync(HashBatch batch, CancellationToken cancellation) => throw new NotSupportedException();

        public void Preempt(ulong generation) => throw new NotSupportedException();

        public Task<Hash256> RecomputeAsync(Algorithm algorithm, Seed seed, ReadOnlyMemory<byte> input) => throw new NotSupportedException();

        public ValueTask<Hash256> HashAsync(Algorithm algorithm, Seed seed, ReadOnlyMemory<byte> input, CancellationToken cancellation)
            => throw new NotSupportedException();

        public void SetThreads(int threads) => throw new NotSupportedException();
    }
}
