using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Pages;

/// <summary>How a node stands, in words.</summary>
internal static class NodeText
{
    public static string State(NodeWork work, PeerStatus? peer)
        => work.Gone ? work.Quarantined ? "gone, quarantined" : $"gone for {DurationText.Of(work.Silent)}"
            : peer is null ? "no answer"
            : work.Quarantined ? work.Invalid > 0 ? $"quarantined: {PageText.Whole(work.Invalid)} wrong hashes" : "quarantined"
            : peer.Failure is null ? peer.State.ToString().ToLowerInvariant()
            : $"failed: {peer.Failure}";

    public static string Hashing(PeerStatus peer)
    {
        var progress = peer.DatasetProgress < 1 ? $" {PageText.Whole(Math.Floor(100 * peer.DatasetProgress))} %" : "";
        var remote = peer.RemoteHost is { } host ? $", {PageText.Rate(peer.RemoteRate.PerSecond)} at {host.Short}" : "";
        var mode = peer.Algorithm == Algorithm.GhostRider ? Algorithm.GhostRider.WireName() : peer.DatasetMode;   // it has no dataset
        var copies = peer.DatasetCopies > 1 ? $" on {PageText.Whole(peer.DatasetCopies)} NUMA nodes" : "";
        return mode.Length == 0 ? "-" : $"{mode}{copies}{progress}, {PageText.Whole(peer.Threads)} thread{(peer.Threads == 1 ? "" : "s")}{remote}";
    }

    /// <summary>"100 %" where all memory for hashing lies on huge pages.</summary>
    public static string HugePages(PeerStatus peer)
        => peer.HugePagesWanted <= 0 ? "-" : PageText.Percent(Math.Floor(100.0 * peer.HugePages / peer.HugePagesWanted) / 100);
}
