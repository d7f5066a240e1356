using CsCheck;
using P2PMiner.Grains.Peers;
using P2PMiner.Hashing;
using P2PMiner.Jobs;

namespace P2PMiner.Grains.Tests.Peers;

public sealed class SliceCutterTests
{
    private readonly SliceCutter _cutter = new();

    [Theory]
    [InlineData(0, 1, 4)]          // the rate is not known yet
    [InlineData(0, 14, 14)]
    [InlineData(375, 1, 37)]
    [InlineData(1, 1, 1)]
    [InlineData(375, 14, 42)]      // 100 ms are 37 hashes: three batches rather than two and a half
    [InlineData(340, 14, 28)]
    [InlineData(20, 14, 14)]
    [InlineData(20, 1, 2)]
    public void CountFor_RateAndLanes_GivesWholeBatches(double rate, int lanes, ulong count)
        => Assert.Equal(count, SliceCutter.CountFor(new(rate), TimeSpan.FromMilliseconds(100), lanes));

    [Fact]
    public void NextAndPutBack_AnyOrder_HashEveryNonceOnce() =>
        Gen.Select(Gen.Int[1, 300], Gen.Int[1, 40], Gen.Int[0, 1_000_000]).Sample((count, slice, seed) =>
        {
            var random = new Random(seed);
            var cutter = new SliceCutter();
            cutter.Add(Unit(1, 0, (ulong)count));
            var done = new List<uint>();
            var running = new List<CutSlice>();
            while (done.Count < count)
            {
                if (running.Count < 4 && cutter.Next((ulong)slice) is { } cut)
                {
                    running.Add(cut);
                    continue;
                }

                var ended = running[random.Next(running.Count)];
                running.Remove(ended);
                var hashes = random.Next(0, (int)ended.Range.Count + 1);
                done.AddRange(Enumerable.Range((int)ended.Range.First, hashes).Select(nonce => (uint)nonce));
                cutter.PutBack(ended, (ulong)hashes);
            }

            Assert.Equal(Enumerable.Range(0, count).Select(nonce => (uint)nonce), done.Order());
            Assert.Equal(0UL, cutter.Remaining);
        });

    [Fact]
    public void Add_LaterGeneration_ReplacesTheWork()
    {
        _cutter.Add(Unit(1, 0, 10));
        _cutter.Add(Unit(2, 100, 10));

        Assert.Equal(10UL, _cutter.Remaining);
        Assert.Equal(100u, _cutter.Next(99)!.Value.Range.First);
        Assert.Null(_cutter.Next(1));
    }

    [Fact]
    public void Add_SameGeneration_ComesAfterwards()
    {
        _cutter.Add(Unit(1, 0, 10));
        _cutter.Add(Unit(1, 10, 5));

        Assert.Equal(15UL, _cutter.Remaining);
        Assert.Equal(10UL, _cutter.Next(99)!.Value.Range.Count);
        Assert.Equal(10u, _cutter.Next(99)!.Value.Range.First);
    }

    [Fact]
    public void Add_EarlierGeneration_IsDropped()
    {
        _cutter.Add(Unit(2, 0, 10));

        Assert.False(_cutter.Add(Unit(1, 0, 10)));
        Assert.Equal(10UL, _cutter.Remaining);
    }

    [Fact]
    public void Add_AfterClearOfALaterGeneration_IsDropped()
    {
        _cutter.Clear(5);

        Assert.False(_cutter.Add(Unit(4, 0, 10)));
        Assert.Null(_cutter.Next(1));
    }

    [Fact]
    public void PutBack_OfAnEarlierGeneration_IsDropped()
    {
        _cutter.Add(Unit(1, 0, 10));
        var old = _cutter.Next(4)!.Value;
        _cutter.Add(Unit(2, 100, 10));

        _cutter.PutBack(old, 1);

        Assert.Equal(10UL, _cutter.Remaining);
    }

    private static WorkUnit Unit(ulong generation, uint first, ulong count) => new()
    {
        Generation = generation,
        LeaseId = first,
        JobSerial = 1,
        Algorithm = Algorithm.RandomX,
        Seed = Seed.None,
        Blob = [1],
        NonceOffset = 0,
        ExtraNonce = 0,
        Range = new(first, count),
        Target = Target.Easiest,
    };
}
