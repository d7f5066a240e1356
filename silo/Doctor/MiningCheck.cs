using P2PMiner.Doctor;
using P2PMiner.Pool;
using P2PMiner.Security;
using P2PMiner.Silo.Service;

namespace P2PMiner.Silo.Doctor;

/// <summary>What is mined here now: the running node's own word, or that none runs with the data folder that was looked at.</summary>
internal static class MiningCheck
{
    public const string Name = "mining";

    private const string Gain = "mining";

    public static IEnumerable<Finding> Examine(Examination given)
    {
        if (given.Live is { } live)
        {
            yield return OfRunning(given, live);
        }
        else if (!given.IsRunning)
        {
            yield return OfNone(given);
        }

        // What a node mines that runs and did not answer, nobody knows; that it did not is a finding of its own.
    }

    private static Finding OfRunning(Examination given, LiveNode live)
    {
        var now = live.Standing;
        var text = $"{char.ToUpperInvariant(now.Text[0])}{now.Text[1..]}.{Master(live)}";
        return now switch
        {
            { IsPaused: true } => Found.Note(Name, text, given.ConsoleCommand($"resume {live.Node.Short}"), Gain),
            { IsMining: true } when given.Pool.Practice => Found.Note(Name, $"{text} Shares of the practice pool earn nothing."),
            { IsMining: true } or { IsPreparing: true } => Found.Ok(Name, text),
            // What has just begun, or is between two pools, is no fault yet.
            _ when now.Pool is { State: PoolState.Connected } || now.Uptime < NodeStanding.Waits => Found.Note(Name, text),
            { Pool.State: PoolState.None } => Found.Speed(Name, text,
                $"{(given.DataFolder == ServiceCheck.DataFolder ? "sudo " : "")}{given.Commands.Miner} setup", Gain),
            _ => Found.Speed(Name, text, gain: Gain),
        };
    }

    private static string Master(LiveNode live)
        => live.Cluster.Master is { IsSelf: false } master ? $" The master, node {master.Node.Short}, deals out its work." : "";

    private static Finding OfNone(Examination given)
    {
        if (given.MayRun)
        {
            return Found.Note(Name, $"Whether a node runs with {given.DataFolder} is not known: this user may not look into it.", given.DoctorAsRoot);
        }

        var none = $"No node runs with {given.DataFolder ?? "a data folder of this user"}";
        var own = given.Others.Where(node => node.DataFolder is not null).ToList();
        return own.Count > 0
                ? Found.Note(Name, $"{none}. {(own.Count == 1 ? "One runs" : $"{own.Count} run")} with {string.Join(" and ", own.Select(node => node.DataFolder))}.",
                    $"{given.Commands.Miner} doctor --data {DataFolderCheck.Quoted(own[0].DataFolder!)}", "the findings of that node")
            : given.IsBesideService ? Found.Note(Name, $"{none}; the service of this machine runs.")
            : given.Others.Count > 0
                ? Found.Note(Name, $"{none}; process {given.Others[0].Number} is p2p-miner, of another user.", $"sudo {given.Commands.Miner} doctor",
                    "the findings of that node")
            : Found.Note(Name, $"{none}: nothing is mined here now, and what follows is for one that starts.");
    }
}
