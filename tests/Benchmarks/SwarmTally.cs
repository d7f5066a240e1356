using System.Collections.Concurrent;
using System.Diagnostics;
using P2PMiner.Jobs;
using P2PMiner.Peers;

namespace P2PMiner.Benchmarks;

/// <summary>Counts which peers of the swarm have taken a job, and says so on standard output once all that answer have.</summary>
internal sealed class SwarmTally
{
    private readonly ConcurrentDictionary<NodeId, ulong> _leases = new();
    private readonly Lock _gate = new();
    private HashSet<NodeId> _hanging = [];
    private TaskCompletionSource _hang = new();
    private ulong _serial;
    private int _took;

    public int Peers { get; set; }

    /// <summary>What this peer's calls wait for; null: nothing.</summary>
    public Task? Hangs(NodeId peer)
    {
        lock (_gate)
        {
            return _hanging.Contains(peer) ? _hang.Task : null;
        }
    }

    /// <summary>From now on these do not answer; those before do again.</summary>
    public void Hang(IEnumerable<NodeId> peers)
    {
        lock (_gate)
        {
            _hang.SetResult();
            (_hang, _hanging) = (new(TaskCreationOptions.RunContinuationsAsynchronously), [.. peers]);
        }
    }

    public ulong LeaseOf(NodeId peer) => _leases.GetValueOrDefault(peer);

    public void Took(NodeId peer, WorkUnit unit)
    {
        _leases[peer] = unit.LeaseId;
        lock (_gate)
        {
            if (unit.JobSerial > _serial)
            {
                (_serial, _took) = (unit.JobSerial, 0);
            }

            if (unit.JobSerial == _serial && !_hanging.Contains(peer) && ++_took == Peers - _hanging.Count)
            {
                Console.WriteLine($"taken {_serial} {Stopwatch.GetTimestamp()}");
            }
        }
    }
}
