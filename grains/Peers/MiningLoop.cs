using P2PMiner.Grains.Datasets;
using P2PMiner.Grains.Hashing;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Native;
using P2PMiner.Peers;

namespace P2PMiner.Grains.Peers;

/// <summary>
/// One node's mining: keeps the hashing threads in slices, asks for the next unit before the present one ends, and hands in what is found.
/// </summary>
/// <remarks>
/// One caller at a time and no lock. What is slow (dataset, slices, shares, calls) is awaited in the background and goes on where it began:
/// on the scheduler of the peer grain's activation, which runs one turn after the other. So nothing in this room says
/// ConfigureAwait(false), and after each await the session, the job or the reasons to pause may be others.
/// </remarks>
internal sealed class MiningLoop
{
    /// <summary>More work is asked for when less than this is left.</summary>
    private static readonly TimeSpan LowWater = TimeSpan.FromSeconds(5);

    private const PauseReasons NoSlices = PauseReasons.Paused | PauseReasons.Draining | PauseReasons.Benching | PauseReasons.Over;
    private const PauseReasons NoQuestions = PauseReasons.Paused | PauseReasons.Draining;
    private const PauseReasons NothingKept = PauseReasons.Draining | PauseReasons.Quarantined;

    private readonly HostProfile _host;
    private readonly NodeControl _control;
    private readonly IHashEngine _engine;
    private readonly OwnThreads _threads;
    private readonly RemoteHasher _remote;
    private readonly SearchLedger _ledger;
    private readonly ILogger _log;
    private readonly Preparation _preparation;
    private readonly HandIn _handIn;
    private readonly Announcer _announcer;
    private readonly Bench _bench;
    private PauseReasons _reasons;

    /// <summary>Null: not yet told which session to work for.</summary>
    private PeerSession? _session;

    public MiningLoop(
        HostProfile host, NodeControl control, IHashEngine engine, OwnThreads threads, RemoteHasher remote, SearchLedger ledger,
        ShareTally shares, TimeProvider clock, ILogger log)
    {
        (_host, _control, _engine, _threads, _remote, _ledger, _log) = (host, control, engine, threads, remote, ledger, log);
        _preparation = new(engine, log);
        _handIn = new(host.Node, shares, clock, log);
        _announcer = new(host, remote, clock, log);
        _bench = new(threads, engine, clock);
        _reasons |= control.Paused ? PauseReasons.Paused : PauseReasons.None;
        _reasons |= control.Draining ? PauseReasons.Draining : PauseReasons.None;
    }

    /// <summary>Null: none yet.</summary>
    public string? Session => _session?.Name;

    private PeerState State =>
        Has(PauseReasons.Draining) ? _threads.IsBusy || _handIn.IsBusy ? PeerState.Draining : PeerState.Drained
        : Has(PauseReasons.Paused) ? PeerState.Paused
        : Has(PauseReasons.Quarantined) ? PeerState.Quarantined
        : _preparation.Failure is not null ? PeerState.Failed
        : _preparation.Stage == PreparationStage.UnderWay ? PeerState.Preparing
        : IsHashing ? PeerState.Mining
        : PeerState.Idle;

    private bool IsHashing => _threads.IsBusy || _remote.IsBusy;

    /// <summary>Of its own threads and what another node does for it; with GhostRider averaged over jobs.</summary>
    private HashRate TotalRate => (_session?.Work.Front?.Algorithm ?? _threads.Status.Algorithm) == Algorithm.GhostRider
        ? _threads.MeanRate : _threads.Status.Rates.Current + _remote.Rate;

    /// <summary>
    /// Works for another session. Threads go on with the slices they have: what they find is handed in to the session it came from, if that
    /// still exists.
    /// </summary>
    public async Task JoinAsync(string name, IJobGrain jobs)
    {
        _session?.Leave();
        _session = new(name, jobs, _log);
        _handIn.RetriedSession = name;
        await _announcer.AnnounceAsync(_session, _threads.Status);
        await LeaseAsync();
    }

    /// <summary>The grain ends. Slices at the threads may or may not come back.</summary>
    public void End()
    {
        _reasons |= PauseReasons.Over;
        _handIn.RetriedSession = null;
        _threads.End();
        StopSlices();
    }

    /// <summary>Told, perhaps by the job grain of the session, of new work or that there is none.</summary>
    public void Assign(string name, WorkUnit? unit, ulong generation)
    {
        if (_session is not { } session || session.Name != name)
        {
            return;
        }

        if (unit is not null && _preparation.Of is { } known && known != SeedOf(unit))
        {
            // Nothing is hashed while a dataset is made, which takes seconds to minutes: for another one the job grain's own answer is
            // asked for.
            session.Doubt();
            _ = LeaseAsync();
            return;
        }

        var before = session.Work.Generation;
        if (unit is not null)
        {
            Take(session, unit);
        }
        else if (generation >= before)
        {
            session.Work.Clear(generation);
            StopSlices();
        }

        if (session.Work.Generation != before)
        {
            // Any member of the cluster can send this. The next tick asks the job grain.
            session.Doubt();
        }
    }

    public void Pause()
    {
        if (!Has(PauseReasons.Paused))
        {
            _reasons |= PauseReasons.Paused;
            _control.Paused = true;
            StopSlices();
            _log.Paused();
        }
    }

    /// <summary>Ends what a person began: a pause and a drain.</summary>
    public void Resume()
    {
        if (Has(PauseReasons.Paused | PauseReasons.Draining))
        {
            _reasons &= ~(PauseReasons.Paused | PauseReasons.Draining);
            (_control.Paused, _control.Draining) = (false, false);
            _log.Resumed();
            Pump();
        }
    }

    public async Task DrainAsync()
    {
        if (Has(PauseReasons.Draining))
        {
            return;
        }

        _reasons |= PauseReasons.Draining;
        _control.Draining = true;
        _log.Draining();
        if (_session is not { } session)
        {
            return;
        }

        // Slices at the threads end by themselves within about 100 ms; what was not cut yet is no loss, because nonces are plentiful.
        session.Work.Clear(session.Work.Generation);
        try
        {
            await session.Jobs.LeaveAsync(_host.Node);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // It hears of it with the next report.
            _log.LeaseFailed(CallFailure.Brief(e));
        }
    }

    public void SetQuarantined(bool quarantined)
    {
        if (!quarantined)
        {
            _reasons &= ~PauseReasons.Quarantined;
        }
        else if (!Has(PauseReasons.Quarantined))
        {
            _reasons |= PauseReasons.Quarantined;
            _log.Quarantined();
            _session?.Work.Clear(_session.Work.Generation);
            StopSlices();
        }
    }

    public void SetThreads(int threads)
    {
        _engine.SetThreads(threads);
        _threads.Refresh();
        Pump();
    }

    /// <summary>Measures the threads with the dataset there is, and mines on.</summary>
    public async Task<BenchResult> BenchAsync(TimeSpan duration)
    {
        if (Has(PauseReasons.Benching))
        {
            return new() { Refusal = "a measurement is already running" };
        }

        if (_preparation is not { Stage: PreparationStage.Ready, Of: var (algorithm, seed) })
        {
            return new()
            {
                Refusal = _preparation.Failure ?? (_preparation.Stage == PreparationStage.None
                    ? "no dataset yet: no job has arrived" : "the dataset is being made; try again when it is ready"),
            };
        }

        _reasons |= PauseReasons.Benching;
        try
        {
            StopSlices();
            return await _bench.MeasureAsync(algorithm, seed, duration);
        }
        finally
        {
            _reasons &= ~PauseReasons.Benching;
            Pump();
        }
    }

    public PeerStatus GetStatus()
    {
        var status = _engine.GetStatus();
        return new PeerStatus
        {
            Node = _host.Node,
            Capabilities = _host.Capabilities,
            State = State,
            Rates = status.Rates,
            Threads = status.Threads,
            Algorithm = _session?.Work.Front?.Algorithm ?? status.Algorithm,
            DatasetMode = status.DatasetMode.ModeName(),
            DatasetProgress = status.DatasetProgress,
            DatasetBytes = status.MemoryBytes,
            HugePages = status.HugePages,
            HugePagesWanted = status.HugePagesWanted,
            GiantPages = status.GiantPages,
            DatasetCopies = status.DatasetCopies,
            Generation = _session?.Work.Generation ?? 0,
            Failure = _preparation.Failure,
            RemoteRate = _remote.Rate,
            RemoteHost = _remote.Host,
        };
    }

    /// <summary>
    /// To be called every two seconds from the first session on: reports, and asks for work in case a message was lost.
    /// </summary>
    public async Task TickAsync()
    {
        var session = _session!;
        _threads.Refresh();
        if (!Has(PauseReasons.Paused) && IsHashing && _remote.Advance())
        {
            Pump();
        }

        if (!await session.ReportAsync(ReportOf))
        {
            return;
        }

        await _announcer.AnnounceAsync(session, _threads.Status);
        if (_session!.IsHearsay)
        {
            await LeaseAsync();
        }

        Pump();
    }

    private static (Algorithm Algorithm, Seed Seed) SeedOf(WorkUnit unit) => (unit.Algorithm, unit.Seed);

    /// <summary>One of them at least.</summary>
    private bool Has(PauseReasons reasons) => (_reasons & reasons) != 0;

    private WorkReport ReportOf(ulong lease, ulong hashes)
        => new() { Peer = _host.Node, LeaseId = lease, HashesDone = hashes, Rate = TotalRate, State = State };

    private async Task LeaseAsync()
    {
        if (_session is not { IsAsking: false } session || Has(NoQuestions))
        {
            return;
        }

        var asked = session.Work.Generation;
        if (await session.AskAsync(_host.Node, TotalRate) is not { } unit || session.IsLeft)
        {
            // Without a unit: the job grain sends one when it has some, and the next tick asks again.
            return;
        }

        if (!session.Hear(unit, asked))
        {
            StopSlices();
        }

        if (unit.NextSeed is { } next)
        {
            _engine.ExpectSeed(unit.Algorithm, next);
        }

        Take(session, unit);
    }

    private void Take(PeerSession session, WorkUnit unit)
    {
        var isNewJob = unit.Generation > session.Work.Generation;
        if (Has(PauseReasons.Draining) || !session.Work.Add(unit))
        {
            return;
        }

        // A node that gets work is not in quarantine, whatever it was told before.
        _reasons &= ~PauseReasons.Quarantined;

        _log.UnitTaken(unit.LeaseId, unit.Range, unit.Generation);
        if (isNewJob)
        {
            StopSlices();
            _threads.BeginJob(unit.Algorithm);
        }

        Pump();
    }

    /// <summary>Ends the slices that run; what they did is still reported, and what they left goes back when it is still wanted.</summary>
    private void StopSlices()
    {
        _threads.Preempt();
        _remote.Preempt(_threads.Epoch);
    }

    /// <summary>Called after every change: gives each idle thread a slice, and asks for more work in time.</summary>
    private void Pump()
    {
        if (Has(NoSlices) || _session is not { } session)
        {
            return;
        }

        var work = session.Work;
        if (work.Front is { } unit && IsPrepared(unit))
        {
            while (_remote.UsesOwnThreads && _threads.TakesMore && work.Next(_threads.SliceCount) is { } cut)
            {
                _ = RunAsync(session, cut);
            }

            while (_remote.TakesMore && work.Next(_remote.SliceCount) is { } cut)
            {
                _ = RunRemotelyAsync(session, cut);
            }

            if (work.Remaining * HashCost.Of(unit.Algorithm, unit.Blob.AsSpan()) > TotalRate.HashesIn(LowWater))
            {
                return;
            }
        }

        if (work.Front is null || _preparation.Stage is PreparationStage.None or PreparationStage.Ready)
        {
            _ = LeaseAsync();
        }
    }

    private bool IsPrepared(WorkUnit unit)
    {
        var wanted = SeedOf(unit);
        if (_preparation.Of != wanted)
        {
            _ = PrepareAsync(wanted);
        }

        return _preparation.IsReadyFor(wanted);
    }

    private async Task PrepareAsync((Algorithm Algorithm, Seed Seed) wanted)
    {
        if (await _preparation.BeginAsync(wanted))
        {
            _threads.Refresh();   // another algorithm may have other threads, and hash several at once
            Pump();
        }
    }

    private async Task RunAsync(PeerSession session, CutSlice cut)
    {
        try
        {
            if (await _threads.SearchAsync(SliceOf(cut)) is { } result)
            {
                _threads.Count(cut.Unit, result, isCurrent: cut.Unit.Generation == _session!.Work.Generation);
                Account(session, cut, result);
                _remote.Count(result.HashesDone, isRemote: false);
            }
        }
        catch (HashEngineException e)
        {
            if (!Has(PauseReasons.Over))
            {
                _preparation.Fail(SeedOf(cut.Unit), e);
            }
        }

        Pump();
    }

    /// <summary>
    /// Like <see cref="RunAsync"/>, at the dataset host: nonces of the same units, and what is found is handed in as this node's own.
    /// </summary>
    private async Task RunRemotelyAsync(PeerSession session, CutSlice cut)
    {
        if (await _remote.SearchAsync(SliceOf(cut)) is { } result)
        {
            Account(session, cut, result);
            _remote.Count(result.HashesDone, isRemote: true);
        }

        Pump();
    }

    private SearchSlice SliceOf(CutSlice cut) => new()
    {
        Generation = _threads.Epoch,
        Algorithm = cut.Unit.Algorithm,
        Seed = cut.Unit.Seed,
        Blob = cut.Unit.Blob,
        NonceOffset = cut.Unit.NonceOffset,
        Range = cut.Range,
        Target = cut.Unit.Target,
    };

    private void Account(PeerSession session, CutSlice cut, SliceResult result)
    {
        if (!session.IsLeft)
        {
            if (!Has(NothingKept))
            {
                session.Work.PutBack(cut, result.HashesDone);
            }

            session.Count(cut.Unit.LeaseId, result.HashesDone);
        }

        _ledger.Record(cut.Unit, cut.Range.Take(result.HashesDone, out _));
        foreach (var hit in result.Hits.IsDefault ? [] : result.Hits)
        {
            _ = _handIn.SubmitAsync(session, cut.Unit, hit);
        }
    }
}
