using P2PMiner.Peers;

namespace P2PMiner.Silo.Discovery;

/// <summary>The part of a beacon that elections use.</summary>
internal readonly record struct ElectionNotice
{
    /// <summary>Term of the sender's last decision. Never falls.</summary>
    public required ulong Term { get; init; }

    /// <summary>The master the sender follows or is; null: it knows none.</summary>
    public NodeId? Master { get; init; }

    /// <summary>The master was started with <c>--mode master</c>.</summary>
    public bool MasterPreferred { get; init; }

    /// <summary>
    /// The sender hears that master itself. Only then does its beacon keep others from taking over; otherwise two nodes could keep a dead
    /// master alive for ever.
    /// </summary>
    public bool HearsMaster { get; init; }

    /// <summary>False: a worker.</summary>
    public bool MayBeMaster { get; init; }

    /// <summary>Started with <c>--mode master</c>: comes before every <c>auto</c> node.</summary>
    public bool Preferred { get; init; }

    /// <summary>The sender has listened long enough to claim. Nobody waits long for one that is not ready.</summary>
    public bool Ready { get; init; }
}
