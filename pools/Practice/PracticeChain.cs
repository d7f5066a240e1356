using P2PMiner.Hashing;

namespace P2PMiner.Pools.Practice;

/// <summary>The blocks that the practice pool makes up, one after another, and the current work. Guarded by the pool's lock.</summary>
internal sealed class PracticeChain
{
    private const ulong FirstHeight = 3_000_000;

    private readonly PracticePoolOptions _options;
    private readonly TimeProvider _clock;
    private long _blockBegun;
    private long _jobBegun;

    public PracticeChain(PracticePoolOptions options, TimeProvider clock)
    {
        (_options, _clock) = (options, clock);
        Work = Begin(FirstHeight, Seed.FromBytes(Convert.FromHexString(options.Seed)), null);
    }

    public PracticeWork Work { get; private set; }

    public TimeSpan BlockAge => _clock.GetElapsedTime(_blockBegun);

    public bool IsBlockDue => BlockAge >= _options.BlockInterval;

    public bool IsRefreshDue => _options.RefreshInterval > TimeSpan.Zero && _clock.GetElapsedTime(_jobBegun) >= _options.RefreshInterval;

    /// <param name="seed">Null: as before.</param>
    /// <param name="nextSeed">Null: miners are not told.</param>
    public PracticeBlock Advance(Seed? seed, Seed? nextSeed)
    {
        Work = Begin(Work.Block.Height + 1, seed ?? Work.Block.Seed, nextSeed);
        return Work.Block;
    }

    /// <summary>Other blobs for the same block.</summary>
    public void Refresh()
    {
        Work = new(Work.Block, Work.Refresh + 1, UnixSeconds);
        _jobBegun = _clock.GetTimestamp();
    }

    private ulong UnixSeconds => (ulong)_clock.GetUtcNow().ToUnixTimeSeconds();

    private PracticeWork Begin(ulong height, Seed seed, Seed? nextSeed)
    {
        _blockBegun = _jobBegun = _clock.GetTimestamp();
        return new(new() { Height = height, Seed = seed, NextSeed = nextSeed }, 0, UnixSeconds);
    }
}
