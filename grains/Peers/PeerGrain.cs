using Orleans.Concurrency;
using Orleans.GrainDirectory;
using P2PMiner.Datasets;
using P2PMiner.Grains.Datasets;
using P2PMiner.Grains.Hashing;
using P2PMiner.Grains.Placement;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Native;
using P2PMiner.Peers;

namespace P2PMiner.Grains.Peers;

/// <summary>
/// See <see cref="IPeerGrain"/>. Keeps the hashing threads in slices, asks for the next unit before the present one ends, and hands in
/// what is found. Reentrant: everything slow (dataset, slices, submissions) is awaited in the background on the grain's own scheduler.
/// </summary>
[KeepAlive, Reentrant, NodePlacement, GrainDirectory(NodeDirectory.Name)]
internal sealed partial class PeerGrain(
    IHashEngine engine, HostProfile host, NodeControl control, SliceEpoch slices, SearchLedger ledger, TimeProvider clock, ILogger<PeerGrain> log)
    : Grain, IPeerGrain
{
    /// <summary>Long enough that handing out costs nothing, short enough that a unit spreads evenly over the threads.</summary>
    private static readonly TimeSpan SliceDuration = TimeSpan.FromMilliseconds(100);

    /// <summary>More work is asked for when less than this is left.</summary>
    private static readonly TimeSpan LowWater = TimeSpan.FromSeconds(5);

    /// <summary>Between tries to reach the threads while the cluster loses the way to them.</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(500);

    /// <summary>Half a minute of tries: longer than an election and a silo's move.</summary>
    private const int MostHandIns = 60;

    private static readonly TimeSpan TickPeriod = TimeSpan.FromSeconds(2);

    /// <summary>Without changes the job grain hears of this node this often, and this node of the dataset host.</summary>
    private static readonly TimeSpan AnnouncePeriod = TimeSpan.FromSeconds(6);

    private SliceCutter _work = new();

    /// <summary>The engine as of the last tick: the hot path asks it nothing.</summary>
    private EngineStatus _engine = engine.GetStatus();
    private readonly Dictionary<ulong, ulong> _unreported = [];
    private NodeId _node;
    private string? _session;

    /// <summary>References are made once: Orleans reads an interface's attributes each time it makes one, which costs more than a local call.</summary>
    private IJobGrain _jobs = null!;   // made with the session
    private IHashWorkerGrain _worker = null!;   // made with the activation

    /// <summary>Names the slices that may run; raised to end them all. Starts at the clock so that a grain made anew overtakes its predecessor.</summary>
    private ulong _epoch;

    /// <summary>How fast one thread hashed of late; 0: not known.</summary>
    private HashRate _threadRate;

    /// <summary>Of GhostRider, whose jobs differ in cost: see <see cref="TotalRate"/>.</summary>
    private readonly MeanRate _meanRate = new();
    private int _out;
    private int _handIns;
    private bool _paused;
    private bool _draining;
    private bool _quarantined;
    private bool _benching;
    private bool _leasing;
    private (Algorithm Algorithm, Seed Seed)? _prepared;
    private (Algorithm Algorithm, Seed Seed)? _preparing;
    private string? _failure;
    private bool _isOver;

    /// <summary>The present generation was told to this node, and the job grain has not been asked about it yet.</summary>
    private bool _isHearsay;

    /// <summary>The last slice did not come through to the threads.</summary>
    private bool _isCutOff;
    private RemoteHasher _remote = null!;   // made with the activation, which knows the node
    private (NodeAnnouncement What, long At)? _announced;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (!NodeId.TryParse(this.GetPrimaryKeyString(), out _node))
        {
            throw new InvalidOperationException($"'{this.GetPrimaryKeyString()}' is no node id");
        }

        slices.Current = _epoch = (ulong)clock.GetTimestamp();
        (_paused, _draining) = (control.Paused, control.Draining);
        _worker = GrainFactory.GetGrain<IHashWorkerGrain>(0);
        _remote = new(node => GrainFactory.GetGrain<IDatasetHostGrain>(node.ToString()), engine, _node, clock, log);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _isOver = true;
        StopSlices();
        return Task.CompletedTask;
    }

    public async Task StartAsync(string session)
    {
        if (_session == session)
        {
            return;
        }

        if (!NodeId.TryParse(session, out _))
        {
            throw new WireValueException("a session is named by the id of its master");
        }

        if (_session is null)
        {
            this.RegisterGrainTimer(TickAsync, TickPeriod, TickPeriod);
        }

        // Threads go on with the slices they have: what they find is handed in where it came from, should that still be there. Generations and
        // leases mean nothing to another session.
        (_session, _jobs, _work, _leasing, _announced, _isHearsay) = (session, GrainFactory.GetGrain<IJobGrain>(session), new(), false, null, false);
        _unreported.Clear();
        await AnnounceAsync();
        await LeaseAsync();
    }

    public ValueTask AssignAsync(string session, WorkUnit? unit, ulong generation)
    {
        if (session != _session)
        {
            return ValueTask.CompletedTask;
        }

        if (unit is not null && (_prepared ?? _preparing) is { } known && known != (unit.Algorithm, unit.Seed))
        {
            // Nothing is hashed while a dataset is made, which takes seconds to minutes: for another one the job grain's own answer is asked for.
            _isHearsay = true;
            _ = LeaseAsync();
            return ValueTask.CompletedTask;
        }

        var before = _work.Generation;
        if (unit is not null)
        {
            Take(unit);
        }
        else if (generation >= _work.Generation)
        {
            _work.Clear(generation);
            StopSlices();
        }

        // Anybody in the cluster can send this. The next tick asks the job grain, whose answer tells: see TakeAnswer.
        _isHearsay |= _work.Generation != before;

        return ValueTask.CompletedTask;
    }

    public ValueTask PauseAsync()
    {
        if (!_paused)
        {
            _paused = control.Paused = true;
            StopSlices();
            log.Paused();
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask ResumeAsync()
    {
        if (!_paused && !_draining)
        {
            return ValueTask.CompletedTask;
        }

        (_paused, _draining) = (false, false);
        (control.Paused, control.Draining) = (false, false);
        log.Resumed();
        Pump();
        return ValueTask.CompletedTask;
    }

    public ValueTask<PeerStatus> GetStatusAsync()
    {
        var status = engine.GetStatus();
        return ValueTask.FromResult(new PeerStatus
        {
            Node = _node,
            Capabilities = host.Capabilities,
            State = State,
            Rates = status.Rates,
            Threads = status.Threads,
            Algorithm = _work.Front?.Algorithm ?? status.Algorithm,
            DatasetMode = status.DatasetMode,
            DatasetProgress = status.DatasetProgress,
            DatasetBytes = status.MemoryBytes,
            HugePages = status.HugePages,
            HugePagesWanted = status.HugePagesWanted,
            GiantPages = status.GiantPages,
            DatasetCopies = status.DatasetCopies,
            Generation = _work.Generation,
            Failure = _failure,
            RemoteRate = _remote.Rate,
            RemoteHost = _remote.Host,
        });
    }

    private PeerState State =>
        _draining ? _out > 0 || _handIns > 0 ? PeerState.Draining : PeerState.Drained
        : _paused ? PeerState.Paused
        : _quarantined ? PeerState.Quarantined
        : _failure is not null ? PeerState.Failed
        : _preparing is not null ? PeerState.Preparing
        : _out > 0 || _remote.IsBusy ? PeerState.Mining
        : PeerState.Idle;

    /// <summary>One for each thread, and a few that wait at the engine, so that no thread waits for the grains.</summary>
    private int SlicesWanted => _engine.Threads + 1 + (_engine.Threads / 4);

    private ulong SliceCount => SliceCutter.CountFor(_threadRate, SliceDuration, _engine.Lanes);

    /// <summary>Of its own threads and what another node does for it.</summary>
    /// <remarks>With GhostRider averaged over jobs, since the next job may be four times as fast or slow as this one.</remarks>
    private HashRate TotalRate => (_work.Front?.Algorithm ?? _engine.Algorithm) == Algorithm.GhostRider
        ? new(_meanRate.OfThread.PerSecond * _engine.Threads)
        : _engine.Rates.Current + _remote.Rate;

    private void Take(WorkUnit unit)
    {
        var isNewJob = unit.Generation > _work.Generation;
        if (_draining || !_work.Add(unit))
        {
            return;
        }

        // Who gets work is not in quarantine, whatever this node was told before.
        _quarantined = false;

        log.UnitTaken(unit.LeaseId, unit.Range, unit.Generation);
        if (isNewJob)
        {
            StopSlices();
            if (unit.Algorithm == Algorithm.GhostRider)
            {
                // Up to four times slower or faster than the last: each job has other CryptoNight variants.
                _threadRate = default;
            }
        }

        Pump();
    }

    /// <summary>Ends the slices that run; what they did is still reported, and what they left goes back when it is still wanted.</summary>
    private void StopSlices()
    {
        slices.Current = ++_epoch;
        engine.Preempt(_epoch);
        _remote.Preempt(_epoch);
    }

    /// <summary>Called after every change: gives each idle thread a slice, and asks for more work in time.</summary>
    private void Pump()
    {
        if (_paused || _isOver || _draining || _benching || _session is null)
        {
            return;
        }

        if (_work.Front is { } unit && IsPrepared(unit))
        {
            while (_remote.UsesOwnThreads && _out < SlicesWanted && _work.Next(SliceCount) is { } slice)
            {
                _out++;
                _ = RunAsync(slice);
            }

            while (_remote.TakesMore && _work.Next(_remote.SliceCount) is { } slice)
            {
                _ = RunRemotelyAsync(slice);
            }

            if (_work.Remaining * HashCost.Of(unit.Algorithm, unit.Blob.AsSpan()) > TotalRate.HashesIn(LowWater))
            {
                return;
            }
        }

        if (_work.Front is null || _preparing is null)
        {
            _ = LeaseAsync();
        }
    }

    private bool IsPrepared(WorkUnit unit)
    {
        var wanted = (unit.Algorithm, unit.Seed);
        if (_prepared == wanted)
        {
            return true;
        }

        if (_preparing != wanted)
        {
            (_prepared, _preparing) = (null, wanted);
            _ = PrepareAsync(wanted);
        }

        return false;
    }

    private async Task PrepareAsync((Algorithm Algorithm, Seed Seed) wanted)
    {
        try
        {
            await engine.PrepareAsync(wanted.Algorithm, wanted.Seed, CancellationToken.None);
            (_prepared, _failure) = (_preparing == wanted ? wanted : _prepared, null);
            _engine = engine.GetStatus();   // another algorithm may have other threads, and hash several at once
        }
        catch (OperationCanceledException)
        {
            // A later seed took over.
        }
        catch (Exception e)
        {
            // Whatever it is, there is no dataset: without a word the node would look as if it were still preparing one.
            _failure = CallFailure.Brief(e);
            log.MiningFailed(CallFailure.Brief(e));
        }

        // A failed seed stays in _preparing, so that it is not tried again with each slice but with the next seed.
        if (_preparing == wanted && _failure is null)
        {
            _preparing = null;
            Pump();
        }
    }

    private async Task RunAsync(CutSlice cut)
    {
        var session = _session!;
        try
        {
            var result = await _worker.SearchAsync(SliceOf(cut));
            _isCutOff = false;
            MeetThreadRate(cut, result);
            Account(session, cut, result);
            _remote.Count(result.HashesDone, isRemote: false);
            CountMean(cut.Unit, result);
        }
        catch (HashEngineException e)
        {
            // The library failed: nothing the next slice would cure. The next seed is tried anew.
            if (!_isOver)
            {
                (_prepared, _preparing, _failure) = (null, (cut.Unit.Algorithm, cut.Unit.Seed), CallFailure.Brief(e));
                log.MiningFailed(CallFailure.Brief(e));
            }
        }
        catch (Exception e)
        {
            // Not the engine's own word, so it says nothing about the engine: the call did not get through, as while the cluster changes under this silo, or was
            // cancelled on its way. The threads may have had the slice all the same, so it is not searched again: nonces are plentiful.
            if (!_isOver && !_isCutOff && e is not OperationCanceledException)
            {
                _isCutOff = true;
                log.ThreadsCutOff(CallFailure.Brief(e));
            }

            await Task.Delay(RetryPause, clock);
        }
        finally
        {
            _out--;
        }

        Pump();
    }

    /// <summary>Like <see cref="RunAsync"/>, at the dataset host: nonces of the same units, and what is found is handed in as this node's own.</summary>
    private async Task RunRemotelyAsync(CutSlice cut)
    {
        var session = _session!;
        if (await _remote.SearchAsync(SliceOf(cut)) is { } result)
        {
            Account(session, cut, result);
            _remote.Count(result.HashesDone, isRemote: true);
        }

        Pump();
    }

    private SearchSlice SliceOf(CutSlice cut) => new()
    {
        Generation = _epoch,
        Algorithm = cut.Unit.Algorithm,
        Seed = cut.Unit.Seed,
        Blob = cut.Unit.Blob,
        NonceOffset = cut.Unit.NonceOffset,
        Range = cut.Range,
        Target = cut.Unit.Target,
    };

    private void MeetThreadRate(CutSlice cut, SliceResult result)
    {
        if (result.HashesDone > 0 && result.Elapsed > TimeSpan.Zero && cut.Unit.Generation == _work.Generation)
        {
            var rate = result.HashesDone / result.Elapsed.TotalSeconds;
            _threadRate = new(_threadRate.PerSecond > 0 ? (0.9 * _threadRate.PerSecond) + (0.1 * rate) : rate);
        }
    }

    private void CountMean(WorkUnit unit, SliceResult result)
    {
        if (unit.Algorithm == Algorithm.GhostRider)
        {
            _meanRate.Count(result.HashesDone, HashCost.Of(unit.Algorithm, unit.Blob.AsSpan()), result.Elapsed);
        }
    }

    private void Account(string session, CutSlice cut, SliceResult result)
    {
        if (session == _session)
        {
            if (!_draining && !_quarantined)
            {
                _work.PutBack(cut, result.HashesDone);
            }

            _unreported[cut.Unit.LeaseId] = _unreported.GetValueOrDefault(cut.Unit.LeaseId) + result.HashesDone;
        }

        ledger.Record(cut.Unit, cut.Range.Take(result.HashesDone, out _));
        if (result.Hits.IsDefaultOrEmpty)
        {
            return;
        }

        foreach (var hit in result.Hits)
        {
            _ = SubmitAsync(session, new FoundShare
            {
                Peer = _node,
                LeaseId = cut.Unit.LeaseId,
                JobSerial = cut.Unit.JobSerial,
                ExtraNonce = cut.Unit.ExtraNonce,
                Nonce = hit.Nonce,
                Hash = hit.Hash,
            });
        }
    }

    private async Task SubmitAsync(string session, FoundShare share)
    {
        _handIns++;
        try
        {
            await HandInAsync(session, share);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.SubmitFailed(share.Nonce, CallFailure.Brief(e));
        }
        finally
        {
            _handIns--;
        }
    }

    /// <summary>Again and again while the way to the job grain is lost: that knows a share that it had. Not once there is another session, which knows no job of this one.</summary>
    private async Task HandInAsync(string session, FoundShare share)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await GrainFactory.GetGrain<IJobGrain>(session).SubmitAsync(share);
                return;
            }
            catch (OrleansMessageRejectionException) when (tries < MostHandIns && session == _session && !_isOver)
            {
                await Task.Delay(RetryPause, clock);
            }
        }
    }

    private async Task LeaseAsync()
    {
        if (_leasing || _paused || _draining)
        {
            return;
        }

        _leasing = true;
        var (session, asked) = (_session, _work.Generation);
        WorkUnit? unit = null;
        try
        {
            unit = await _jobs.LeaseAsync(_node, TotalRate);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LeaseFailed(CallFailure.Brief(e));
        }
        finally
        {
            _leasing &= session != _session;
        }

        // Null: the job grain sends work when it has some, and the timer asks again.
        if (unit is not null && session == _session)
        {
            TakeAnswer(unit, asked);
        }
    }

    /// <summary>
    /// Takes what the job grain answered. Its generations never go back, so one before that which this node had when it asked proves that what this node was told
    /// did not come from the job grain, or from one that is there no more: all of it is dropped.
    /// </summary>
    private void TakeAnswer(WorkUnit unit, ulong asked)
    {
        if (unit.Generation < asked && asked == _work.Generation)
        {
            log.FalseWork(asked, unit.Generation);
            _work = new();
            StopSlices();
        }

        _isHearsay &= unit.Generation < _work.Generation;   // told of another one meanwhile
        if (unit.NextSeed is { } next)
        {
            engine.ExpectSeed(unit.Algorithm, next);
        }

        Take(unit);
    }
}
