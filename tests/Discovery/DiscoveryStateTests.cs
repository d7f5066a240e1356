using P2PMiner.Silo.Discovery;
using P2PMiner.TestKit;

namespace P2PMiner.Discovery.Tests;

public sealed class DiscoveryStateTests : IDisposable
{
    private const long NowMs = 1_700_000_000_000;
    private readonly string _folder = Directory.CreateTempSubdirectory("p2p-discovery-").FullName;
    private readonly RecordingLogger<DiscoveryState> _log = new();
    private UInt128 _cluster = 7;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Begin_FirstRun_StartsAtTermZeroAndTheClock()
    {
        var state = Begin(NowMs);

        Assert.Equal((0ul, (ulong)NowMs), (state.Term, state.Boot));
        Assert.Empty(_log.Entries);
    }

    [Fact]
    public void Begin_AfterAClaim_KnowsTheTermAndABootLater()
    {
        Begin(NowMs).Reached(17);

        var state = Begin(NowMs + 5);
        Assert.Equal((17ul, (ulong)NowMs + 5), (state.Term, state.Boot));
    }

    [Fact]
    public void Begin_ClockSetBack_TheBootStillGrows()
    {
        Begin(NowMs);

        Assert.Equal((ulong)NowMs + 1, Begin(NowMs - 3_600_000).Boot);
    }

    [Theory]
    [InlineData("")]
    [InlineData("term 5")]
    [InlineData("term five boot 6")]
    [InlineData("term -5 boot 6")]
    [InlineData("boot 5 term 6")]
    [InlineData("term 17 boot 6")]
    [InlineData("term 17 boot 6 cluster 00000000000000000000000000000007 more")]
    [InlineData("term 99999999999999999999999 boot 6 cluster 00000000000000000000000000000007")]
    [InlineData("term 4611686018427387903 boot 6 cluster 00000000000000000000000000000007")]
    public void Begin_BrokenFile_IsSaidAndStartsAnew(string text)
    {
        File.WriteAllText(Path.Combine(_folder, DiscoveryState.FileName), text);
        var state = Begin(NowMs);

        Assert.Equal((0ul, (ulong)NowMs), (state.Term, state.Boot));
        Assert.Single(_log.Entries, line => line.Id == 1011);
    }

    [Fact]
    public void Begin_UnderAnotherKey_TheTermIsDroppedAndTheBootGrows()
    {
        Begin(NowMs).Reached(17);
        _cluster = 8;

        var state = Begin(NowMs - 5);
        Assert.Equal((0ul, (ulong)NowMs + 1), (state.Term, state.Boot));
        _cluster = 7;
        Assert.Equal(0ul, Begin(NowMs).Term);
    }

    [Fact]
    public void Reached_LowerTerm_IsNoStepBack()
    {
        var state = Begin(NowMs);
        state.Reached(17);
        state.Reached(3);

        Assert.Equal(17ul, Begin(NowMs).Term);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(ulong.MaxValue - 1)]
    [InlineData(ulong.MaxValue)]
    public void Begin_BootFarAheadOfTheClock_IsDropped(ulong boot)
    {
        File.WriteAllText(Path.Combine(_folder, DiscoveryState.FileName), $"term 5 boot {boot} cluster {_cluster:x32}");

        var state = Begin(NowMs);
        Assert.Equal((5ul, (ulong)NowMs), (state.Term, state.Boot));
    }

    [Fact]
    public void Begin_FolderThatCannotBe_IsSaidAndGoesOn()
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        new DiscoveryState(file, () => _cluster, _log).Begin(NowMs);

        Assert.Single(_log.Entries, line => line.Id == 1012);
    }

    private DiscoveryState Begin(long unixMs)
    {
        var state = new DiscoveryState(_folder, () => _cluster, _log);
        state.Begin(unixMs);
        return state;
    }
}
