using CsCheck;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Grains.Hashing;
using P2PMiner.Grains.Jobs;
using P2PMiner.Hashing;
using P2PMiner.Pools.Stratum;
using P2PMiner.TestKit;

namespace P2PMiner.Grains.Tests.Hashing;

public sealed class HashCostTests
{
    private static readonly double[] Milliseconds = [0.70, 0.54, 2.3, 1.75, 0.28, 0.21];

    /// <summary>Headers and orders of tests/vectors/ghostrider.json: published ones, Raptoreum's first block, random ones and edge cases.</summary>
    [Theory]
    [InlineData("8c246d0b90c3b389c4086e8b672ee040d64db5b9648527133e217fbfa48da64c", 0, 2, 4)]
    [InlineData("5d385ba114d079970b29a9418fd0549e7d68a95c7f168621a314201000000000", 1, 5, 2)]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", 0, 1, 2)]
    [InlineData("c1c65f0f2533d98b381b90afeea7171f8b19f17864f43aa4d1cfbdd6c918869e", 1, 0, 3)]
    [InlineData("eea26e84a481adf500c9e4048ffd0b4e18d60a23d9fb2d63dd64dfa39eb39440", 2, 4, 0)]
    [InlineData("154139f0785b7f019fce3eb25bc7ab33af702a18946ca10c0392a78bd9bd701a", 5, 1, 4)]
    [InlineData("e9cdefedd70bf58778ffbecc264af1d1be33e17f349260bdb7e7452c1bb74923", 3, 2, 1)]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", 3, 0, 1)]
    [InlineData("a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5", 5, 4, 0)]
    [InlineData("debc9a7856341200000000000000000000000000000000000000000000000000", 2, 1, 0)]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000070", 0, 1, 2)]
    [InlineData("598e11ebe6806ebfcdcf3a326179682ae468f0ce4ddf0566fd9a6e0f00000000", 3, 5, 2)]
    public void Of_KnownHeader_IsThatOfTheVariantsItSelects(string previousHash, int first, int second, int third)
    {
        var header = new byte[80];
        Convert.FromHexString(previousHash).CopyTo(header, 4);

        var cost = HashCost.Of(Algorithm.GhostRider, header);

        Assert.Equal((Milliseconds[first] + Milliseconds[second] + Milliseconds[third]) / 3.1000102, cost, precision: 6);
    }

    [Fact]
    public void Of_ManyHeaders_IsOneInTheMean()
    {
        var random = new Random(1);
        var header = new byte[80];
        var mean = Enumerable.Range(0, 20_000).Average(_ =>
        {
            random.NextBytes(header);
            return HashCost.Of(Algorithm.GhostRider, header);
        });
        Assert.InRange(mean, 0.99, 1.01);
    }

    [Theory]
    [InlineData(Algorithm.RandomX, 76)]
    [InlineData(Algorithm.GhostRider, 20)]   // no header at all
    public void Of_NothingThatSelects_IsOne(Algorithm algorithm, int bytes) => Assert.Equal(1, HashCost.Of(algorithm, new byte[bytes]));

    /// <summary>A machine whose speed follows the cost of the job, and so swings four times, has leases of the same length in time.</summary>
    [Fact]
    public void Take_AnyGhostRiderJob_LastsTheTargetDuration() =>
        Gen.Select(Gen.Byte.Array[32], Gen.Byte.Array[32], Gen.Double[10, 100_000]).Sample((before, now, speed) =>
        {
            var table = new JobTable(new LeaseOptions(), new FakeTimeProvider(), new Random(1));
            var rate = new MeanRate();
            table.Replace(Job(1, before));
            Mine(table, rate, before, speed);
            table.Replace(Job(2, now));

            var count = table.Take(new(1), rate.OfThread)!.Range.Count;

            var seconds = count * HashCost.Of(Algorithm.GhostRider, Header(now)) / speed;
            Assert.InRange(seconds, 19.8 - (2 / (speed * 0.3)), 20.2);   // whole hashes, and whole ticks of the clock
        }, iter: 500);

    private static void Mine(JobTable table, MeanRate rate, byte[] previousHash, double speed)
    {
        var cost = HashCost.Of(Algorithm.GhostRider, Header(previousHash));
        var done = table.Take(new(1), default)!.Range.Count;
        rate.Count(done, cost, TimeSpan.FromSeconds(done * cost / speed));
    }

    private static P2PMiner.Jobs.PoolJob Job(ulong serial, byte[] previousHash)
    {
        var notify = V1Jobs.Notify100000 with { PreviousHash = Convert.ToHexStringLower([.. previousHash.Chunk(4).SelectMany(word => word.Reverse())]) };
        return V1Jobs.Read(notify, "4", new V1JobReader("pool:1")) with { Serial = serial };
    }

    private static byte[] Header(byte[] previousHash) => [0, 0, 0, 0, .. previousHash, .. new byte[44]];
}
