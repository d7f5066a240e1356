using P2PMiner.Jobs;

namespace P2PMiner.Grains.Jobs;

/// <summary>
/// The way from the job grain to one peer. A newer job does not wait for the answer to an older one: that peer may hang, or the message may
/// be lost. But no more than <see cref="MostUnderway"/> calls are in progress at once; of the jobs that come meanwhile only the newest is
/// sent, once a call has ended, at the latest by its time limit. Plain state, one caller at a time.
/// </summary>
/// <param name="peer">Kept, because making a reference costs more than a call on it: Orleans reads the interface's attributes each time.</param>
internal sealed class PeerLink(IPeerGrain peer)
{
    public const int MostUnderway = 2;

    private int _underway;
    private bool _owed;

    public IPeerGrain Peer => peer;

    public bool IsIdle => _underway == 0;

    /// <returns>True: call now, and <see cref="End"/> when it has ended. False: not now; <see cref="End"/> of an earlier call will ask for it.</returns>
    public bool TryBegin()
    {
        _owed = _underway == MostUnderway;
        _underway += _owed ? 0 : 1;
        return !_owed;
    }

    /// <summary>A call has ended, successfully or not.</summary>
    /// <returns>True: something was left out meanwhile, so that the present job should be sent now.</returns>
    public bool End()
    {
        _underway--;
        var owed = _owed;
        _owed = false;
        return owed;
    }
}
