using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.Api;

/// <summary>
/// Asks this node and the cluster when somebody asks the API; nothing is kept up to date for it. Any thread.
/// </summary>
internal sealed class ApiReader(IMinerConsoleSource source, IApiSource api, TimeProvider clock)
{
    /// <summary>Many who ask at once cost as much as one. Tools ask each 10 s, a stream each 2 s.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    /// <summary>A master that was just lost must not hold up the answer: what is known without it is told.</summary>
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private Task<ClusterView>? _reading;
    private long _readAt;

    public async Task<NodeView> ReadNodeAsync()
    {
        var pool = OrNullAsync(async () => await source.GetPoolAsync());
        var job = OrNullAsync(async () => await source.GetJobAsync());
        var peer = OrNullAsync(() => source.GetPeerAsync(api.Node));
        return new(api.Node, api.Capabilities, source.GetEngine(), api.GetShares(), await peer, await pool, await job);
    }

    /// <exception cref="InvalidOperationException">There is no master or no silo; or an <see cref="OrleansException"/> or <see cref="TimeoutException"/>.</exception>
    public Task<ClusterView> ReadClusterAsync()
    {
        lock (_gate)
        {
            if (_reading is not { IsFaulted: false } reading || clock.GetElapsedTime(_readAt) >= Fresh)
            {
                (_reading, _readAt) = (reading = ReadAsync(), clock.GetTimestamp());
            }

            return reading;
        }
    }

    /// <summary>What reading a cluster that has no master, or that is changing, throws.</summary>
    public static bool IsSilence(Exception error) => error is InvalidOperationException or OrleansException or TimeoutException;

    private async Task<ClusterView> ReadAsync()
    {
        var counting = OrNullAsync(async () => await api.GetCountsAsync());
        var pooling = Guard(async () => await source.GetPoolAsync());
        var job = await Guard(async () => await source.GetJobAsync());
        var nodes = await Task.WhenAll(job.Nodes.Select(AskAsync));
        return new(clock.GetUtcNow(), api.Node, api.GetCluster(), await pooling, job, await counting, nodes);
    }

    private async Task<(NodeWork, PeerStatus?)> AskAsync(NodeWork work)
        => (work, work.Gone ? null : await OrNullAsync(() => source.GetPeerAsync(work.Node)));

    private static async Task<T> Guard<T>(Func<Task<T>> ask) => await ask().WaitAsync(AnswersWithin);

    /// <summary>Null: there is no answer.</summary>
    public static async Task<T?> OrNullAsync<T>(Func<Task<T>> ask)
        where T : class?
    {
        try
        {
            return await Guard(ask);
        }
        catch (Exception error) when (IsSilence(error))
        {
            return null;
        }
    }
}
