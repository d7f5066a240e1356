using System.Globalization;
using P2PMiner.Grains.Keys;
using P2PMiner.Keys;
using P2PMiner.Security;

namespace P2PMiner.Silo.Hosting;

/// <summary>
/// Rotates this node's key: in the file first, so that a confirmed key outlives a crash, then in the ring that beacons and connections read. What it
/// logs and answers names keys by their public ids. Any thread.
/// </summary>
internal sealed class NodeKeys(ClusterKeyRing ring, ClusterKeyFile file, TimeProvider clock, ILogger<NodeKeys> log) : INodeKeys
{
    /// <summary>
    /// Least time between the offers of two keys. Two rotations at once could each be made current on some of the nodes; a rotation has
    /// switched within this time.
    /// </summary>
    public static readonly TimeSpan Turn = TimeSpan.FromMinutes(1);

    /// <summary>How many former keys within their grace are kept; each is one more key that must not leak.</summary>
    private const int MaxFormer = 8;

    private readonly SemaphoreSlim _one = new(1, 1);
    private (string Id, long At)? _offered;
    private string? _adopting;
    private bool _isUnshared = file.IsUnshared;

    public Task<string?> AcceptAsync(KeyOffer offer) => AloneAsync<string?>(() =>
    {
        if (offer.Grace <= ClusterKeyRing.HandOver || offer.Grace > TimeSpan.FromHours(IClusterKeyGrain.MaxGraceHours))
        {
            return $"a grace of {offer.Grace} is not between {ClusterKeyRing.HandOver} and {IClusterKeyGrain.MaxGraceHours} h";
        }

        try
        {
            var key = JoinToken.Read(offer.Token);
            if (_offered is var (id, at) && id != key.Id && clock.GetElapsedTime(at) < Turn)
            {
                return "another rotation has begun within this minute; try again in a minute";
            }

            if (ring.Others.Where(other => !other.IsNext).ToList() is { Count: >= MaxFormer } former)
            {
                return $"{former.Count} old keys are still accepted here; rotate again after {Time(former.Min(other => other.Until))}";
            }

            // The owner may have put another key there while this process runs with the old one: that key must not be overwritten.
            if (!ring.Accepted.Contains(file.Load().Current))
            {
                return $"{file.Path} holds another key than the one this node uses; restart p2p-miner there";
            }

            var until = clock.GetUtcNow() + offer.Grace;
            var changed = ring.Copy();
            changed.Accept(key, until);
            file.Replace(changed);
            ring.Accept(key, until);
            _offered = (key.Id, clock.GetTimestamp());
            log.KeyAccepted(Short(key.Id), Time(until));
            return null;
        }
        catch (ClusterKeyException error)
        {
            return error.Message;
        }
    });

    public Task<string?> SwitchAsync(string keyId) => AloneAsync(() =>
        _offered is var (offered, _) && offered != keyId && ring.Current.Id != keyId ? "another key was offered since"
        : Switch(keyId) ? null
        : "no such key was offered here, or the offer was withdrawn");

    public Task WithdrawAsync(string keyId) => AloneAsync(() =>
    {
        if (_offered is var (offered, _) && offered == keyId)
        {
            _offered = null;
        }

        if (ring.Others.Any(other => other.IsNext && other.Key.Id == keyId))
        {
            ring.Withdraw(keyId);
            Store();
            log.KeyWithdrawn(Short(keyId));
        }

        return true;
    });

    /// <summary>
    /// A beacon of another node came under that key. If it is the next one, others have switched to it, which they do only once all have accepted it: this
    /// node missed the command, and follows. Returns at once.
    /// </summary>
    public void Hear(UInt128 clusterId)
    {
        if (Interlocked.Exchange(ref _isUnshared, false))
        {
            _ = AloneAsync(MarkShared);
        }

        var id = clusterId.ToString("x32", CultureInfo.InvariantCulture);
        if (ring.Others.Any(other => other.IsNext && other.Key.Id == id) && Interlocked.Exchange(ref _adopting, id) != id)
        {
            _ = AloneAsync(() => Switch(id));
        }
    }

    private bool MarkShared()
    {
        try
        {
            file.MarkShared();
        }
        catch (ClusterKeyException error)
        {
            log.KeyNotStored(error.Message);
        }

        return true;
    }

    private bool Switch(string id)
    {
        var former = ring.Current;
        if (!ring.Switch(id))
        {
            return false;
        }

        _offered = _offered?.Id == id ? null : _offered;
        if (!ring.Current.Equals(former))
        {
            Store();
            log.KeySwitched(Short(id), Short(former.Id), Time(ring.Others.First(other => other.Key.Equals(former)).Until));
        }

        return true;
    }

    /// <summary>
    /// If it is not written, the file still has the former key with the accepted one beside it: after a restart the others' beacons show
    /// which one counts.
    /// </summary>
    private void Store()
    {
        try
        {
            file.Replace(ring);
        }
        catch (ClusterKeyException error)
        {
            log.KeyNotStored(error.Message);
        }
    }

    /// <summary>One at a time, and not on a thread that others wait for: the file is flushed to the disk.</summary>
    private async Task<T> AloneAsync<T>(Func<T> act)
    {
        await _one.WaitAsync();
        try
        {
            return await Task.Run(act);
        }
        finally
        {
            _one.Release();
        }
    }

    private static string Short(string id) => id[..8];

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
