using Orleans.Concurrency;
using Orleans.GrainDirectory;
using P2PMiner.Datasets;
using P2PMiner.Grains.Placement;
using P2PMiner.Hashing;
using P2PMiner.Native;
using P2PMiner.Peers;

namespace P2PMiner.Grains.Datasets;

/// <summary>See <see cref="IDatasetHostGrain"/>. Reentrant: a request waits in its turn for the engine's guest threads, which do the work.</summary>
[KeepAlive, Reentrant, NodePlacement, GrainDirectory(NodeDirectory.Name)]
internal sealed class DatasetHostGrain(IHashEngine engine, TimeProvider clock) : Grain, IDatasetHostGrain
{
    /// <summary>A longer slice ends here, so that no peer keeps the others waiting.</summary>
    private static readonly TimeSpan LongestSlice = TimeSpan.FromSeconds(1);

    /// <summary>Longest slice while the rate is not known: a second of light mode.</summary>
    private const ulong FirstSlice = 32;

    private static readonly HostRefusal NotReady = new(HostRefusalReason.NotReady, TimeSpan.FromSeconds(2));

    private readonly HostDesk _desk = new(() => engine.GetStatus().GuestThreads, (algorithm, seed) => IsReady(engine, algorithm, seed), clock);
    private HashRate _threadRate;

    public async Task<RemoteSlice> SearchAsync(NodeId peer, SearchSlice slice)
    {
        using var turn = new HostTurn(peer, slice.Algorithm, slice.Seed, slice.Generation);
        if (await _desk.EnterAsync(turn) is { } refusal)
        {
            return new() { Refusal = refusal };
        }

        try
        {
            var count = Math.Max(1, _threadRate.PerSecond > 0 ? _threadRate.HashesIn(LongestSlice) : FirstSlice);
            var result = await engine.SearchAsGuestAsync(slice with { Range = slice.Range.Take(count, out _) }, turn.Cancellation);
            if (result.HashesDone > 0 && result.Elapsed > TimeSpan.Zero)
            {
                _threadRate = new(result.HashesDone / result.Elapsed.TotalSeconds);
            }

            return result.HashesDone == 0 && !IsReady(engine, slice.Algorithm, slice.Seed) ? new() { Refusal = NotReady } : new() { Result = result };
        }
        finally
        {
            _desk.Leave(turn);
        }
    }

    public async Task<RemoteHashes> HashAsync(NodeId peer, HashBatch batch)
    {
        using var turn = new HostTurn(peer, batch.Algorithm, batch.Seed, null);
        if (await _desk.EnterAsync(turn) is { } refusal)
        {
            return new() { Hashes = [], Refusal = refusal };
        }

        try
        {
            var hashes = await engine.HashAsGuestAsync(batch, turn.Cancellation);
            return hashes.IsEmpty ? new() { Hashes = [], Refusal = NotReady } : new() { Hashes = hashes };
        }
        finally
        {
            _desk.Leave(turn);
        }
    }

    public ValueTask PreemptAsync(NodeId peer, ulong generation)
    {
        _desk.Preempt(peer, generation);
        return ValueTask.CompletedTask;
    }

    public ValueTask<DatasetHostStatus> GetStatusAsync()
    {
        var status = engine.GetStatus();
        return ValueTask.FromResult(new DatasetHostStatus
        {
            Threads = status.GuestThreads,
            Rates = status.GuestRates,
            Waiting = _desk.Waiting,
            Peers = _desk.Peers,
            Refused = _desk.Refused,
        });
    }

    private static bool IsReady(IHashEngine engine, Algorithm algorithm, Seed seed)
        => engine.GetStatus() is { DatasetProgress: >= 1 } status && status.Algorithm == algorithm && status.Seed == seed;
}
