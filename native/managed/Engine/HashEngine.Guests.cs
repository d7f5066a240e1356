using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using P2PMiner.Datasets;
using P2PMiner.Hashing;
using P2PMiner.Peers;

namespace P2PMiner.Native;

/// <summary>Work of other nodes: a queue and threads of its own beside the mining ones, on the same dataset. The threads start with the first guest.</summary>
public sealed partial class HashEngine
{
    /// <summary>Added to the nice value of the hashing threads, so that the own mining comes first wherever both want a CPU.</summary>
    private const int GuestNiceness = 5;

    private readonly Queue<IQueuedWork> _guestQueue = new();
    private HashThread?[] _guests = [];

    private IEnumerable<HashThread> AllThreads => _threads.Concat(_guests).OfType<HashThread>();

    private int GuestsWanted
    {
        get
        {
            if ((_build ?? _ready)?.Setup.ServesGuests == false)
            {
                return 0;
            }

            var idle = Math.Max(0, (_cpus.Count > 0 ? _cpus.Distinct().Count() : Environment.ProcessorCount) - _threadsWanted);
            return Math.Min(_options.GuestThreads ?? idle, PeerCapabilities.MaxThreads);
        }
    }

    public Task<SliceResult> SearchAsGuestAsync(SearchSlice slice, CancellationToken cancellation)
    {
        var queued = new QueuedSlice(slice);
        Enqueue(queued, queued.Task, cancellation);
        return queued.Task;
    }

    public Task<ImmutableArray<Hash256>> HashAsGuestAsync(HashBatch batch, CancellationToken cancellation)
    {
        var queued = new QueuedBatch(batch);
        Enqueue(queued, queued.Task, cancellation);
        return queued.Task;
    }

    private void Enqueue(IQueuedWork work, Task end, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_stopping || GuestsWanted == 0 || cancellation.IsCancellationRequested || _build is not null || _ready is null || !work.IsFor(_ready))
            {
                work.GiveBack();
                return;
            }

            StartMissingGuests();
            _guestQueue.Enqueue(work);
            WakeThread();
        }

        // Outside the lock, because a token that is cancelled already calls back here.
        var registration = cancellation.UnsafeRegister(_ => EndGuest(work), null);
        _ = end.ContinueWith(_ => registration.Dispose(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private void StartMissingGuests()
    {
        var wanted = GuestsWanted;
        if (_guests.Length < wanted)
        {
            Array.Resize(ref _guests, wanted);
        }

        for (var index = 0; index < wanted; index++)
        {
            if (_guests[index] is null)
            {
                var own = _guests[index] = new HashThread(index, _clock, _options.HugePages, isGuest: true);
                StartThread(own.Name, () => Work(own));
            }
        }

        // Fewer than before: what waits in vain goes back.
        if (wanted == 0)
        {
            GiveBackQueuedGuests();
        }
    }

    private bool IsSurplus(HashThread thread) => thread.Index >= (thread.IsGuest ? GuestsWanted : _threadsWanted);

    private bool TryDequeue(HashThread own, [NotNullWhen(true)] out IQueuedWork? work) => (own.IsGuest ? _guestQueue : _queue).TryDequeue(out work);

    /// <summary>Gives the calling thread its priority and its CPUs.</summary>
    private void SettleThread(string name, int index, bool isGuest)
    {
        // Guests follow behind the own threads.
        var place = index + (isGuest ? _threadsWanted : 0);
        int? cpu = _cpus.Count == 0 ? null : _cpus[place % _cpus.Count];
        ThreadSettings.Apply(name, Math.Min(19, _options.Niceness + (isGuest ? GuestNiceness : 0)), cpu, NumaMachine.TurnOf(place, _options), _log);
    }

    /// <summary>One that waits is enough, unless it might be of the other kind.</summary>
    private void WakeThread()
    {
        if (_guests.Length == 0)
        {
            Monitor.Pulse(_gate);
        }
        else
        {
            Monitor.PulseAll(_gate);
        }
    }

    private void EndGuest(IQueuedWork work)
    {
        lock (_gate)
        {
            for (var count = _guestQueue.Count; count > 0; count--)
            {
                var queued = _guestQueue.Dequeue();
                if (queued == work)
                {
                    queued.GiveBack();
                }
                else
                {
                    _guestQueue.Enqueue(queued);
                }
            }

            _guests.FirstOrDefault(thread => thread?.Running == work)?.Cancel();
        }
    }

    private void EndGuests()
    {
        GiveBackQueuedGuests();
        foreach (var thread in _guests)
        {
            if (thread?.Running is not null)
            {
                thread.Cancel();
            }
        }
    }

    private void GiveBackQueuedGuests()
    {
        while (_guestQueue.TryDequeue(out var work))
        {
            work.GiveBack();
        }
    }
}
