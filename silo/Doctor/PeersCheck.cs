using System.Globalization;
using System.Net;
using P2PMiner.Doctor;
using P2PMiner.Silo.Discovery;

namespace P2PMiner.Silo.Doctor;

/// <summary>The other nodes: whether their beacons are heard, and their ports can be reached.</summary>
internal static class PeersCheck
{
    public const string Name = "other nodes";

    /// <summary>More would only repeat what the first have shown.</summary>
    private const int MostTried = 64;

    private const string Together = "machines that work as one";

    /// <param name="reached">Of the nodes whose beacons are heard.</param>
    /// <param name="called">The nodes of --connect, by what was given, and why they cannot be reached; null: they can.</param>
    public static IEnumerable<Finding> Examine(Examination given, IReadOnlyList<PeerReach> reached, IReadOnlyList<(string Name, string? Why)> called)
    {
        var ok = true;
        foreach (var peer in reached.Where(peer => peer.Failures.Count > 0))
        {
            ok = false;
            var ports = peer.Failures.Select(failure => failure.Port).Order().ToList();
            yield return Found.Speed(Name,
                $"Node {peer.Node.Short} at {peer.Address} is heard, but not reached at TCP {string.Join(", ", ports)} ({peer.Failures[0].Why}): its firewall may be closed. The command is for that machine, if it uses ufw.",
                string.Create(CultureInfo.InvariantCulture, $"sudo ufw allow {ports[0]}{(ports.Count > 1 ? $":{ports[^1]}" : "")}/tcp"), Together);
        }

        foreach (var (name, why) in called.Where(node => node.Why is not null))
        {
            ok = false;
            yield return Found.Speed(Name, $"{name} of --connect cannot be reached: {why}; p2p-miner must run there, and its firewall let TCP through.",
                gain: Together);
        }

        if (given.Live is { } live)
        {
            foreach (var finding in Refusals(given, live))
            {
                ok = false;
                yield return finding;
            }
        }

        if (ok)
        {
            yield return given.IsUnknown ? Found.Note(Name, "Only the running node knows which others it hears, and it did not answer.")
                : given.Live is null && called.Count == 0 ? Found.Note(Name, "No node runs with this data folder that could say which others it hears.")
                : reached.Count == 0 && called.Count == 0 ? Found.Ok(Name, given.Discovery.Enabled ? "No other node is heard: this one works alone."
                    : "Beacons are switched off (Discovery:Enabled).")
                : Found.Ok(Name, $"{Examination.Count(reached.Count + called.Count, "other node")} can be reached.");
        }
    }

    /// <summary>Connects to every port of every node that is heard, and to the nodes of --connect.</summary>
    public static async Task<(IReadOnlyList<PeerReach> Reached, IReadOnlyList<(string, string?)> Called)> ReadAsync(Examination given,
        CancellationToken cancellation)
    {
        var peers = (given.Live?.Cluster.Peers.Values ?? []).Take(MostTried).Select(async peer =>
        {
            var tried = await Task.WhenAll(new[] { (int)peer.Ports.Silo, peer.Ports.Gateway, peer.Ports.Table }.Where(port => port > 0)
                .Select(async port => (port, why: await Reach.TryAsync(new IPEndPoint(peer.Addresses[0], port), cancellation))));
            return new PeerReach(peer.Node, peer.Addresses[0], [.. tried.Where(port => port.why is not null).Select(port => (port.port, port.why!))]);
        });
        // What those ports are known for at --connect: the one between nodes.
        var called = given.Node.GetConnect().Select(async end
            => ($"{end.Host}:{end.Port.ToString(CultureInfo.InvariantCulture)}", await Reach.TryAsync(end, cancellation)));
        return (await Task.WhenAll(peers), await Task.WhenAll(called));
    }

    /// <summary>What the beacons that were not taken tell.</summary>
    private static IEnumerable<Finding> Refusals(Examination given, LiveNode live)
    {
        if (live.Refused(BeaconRejection.SameNodeId) > 0)
        {
            yield return Found.Safety(Name,
                "Another machine has the id of this node: its data folder was copied. Remove the file there or here, and start that node again.",
                $"rm {DataFolderCheck.Quoted(Path.Combine(given.DataFolder ?? "", "node-id"))}", Together);
        }

        if (live.Refused(BeaconRejection.ClockWindow) > 0)
        {
            yield return Found.Safety(Name, "Beacons came from a machine whose clock differs by more than five minutes, so it is not seen.",
                "sudo timedatectl set-ntp true", Together);
        }

        if (live.Refused(BeaconRejection.ForeignCluster) > 0)
        {
            yield return Found.Note(Name,
                "Beacons came from a machine with another cluster key. If it is yours, print the line here with which it joins, and add --replace there.",
                given.ConsoleCommand("invite"), Together);
        }

        if (live.Refused(BeaconRejection.Version) > 0)
        {
            yield return Found.Speed(Name, "Beacons came from a node whose version this one does not understand: give all nodes the same version.",
                gain: Together);
        }
    }
}
