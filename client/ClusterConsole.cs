using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Peers;

namespace P2PMiner.Client;

/// <summary>Carries out one request.</summary>
internal static class ClusterConsole
{
    /// <exception cref="RequestException">There is no such node, or its digits fit several.</exception>
    /// <exception cref="RefusedException">The cluster refuses it.</exception>
    public static async Task RunAsync(ConsoleRequest request, ICluster cluster, TextWriter output, bool screen)
    {
        IReport report = request.Json ? new JsonReport(output) : new TextReport(output, screen);
        switch (request.Command)
        {
            case ConsoleCommand.Status:
                var job = await cluster.GetJobAsync();
                report.Status(await cluster.GetPoolAsync(), job, await NodesAsync(cluster, job));
                break;
            case ConsoleCommand.Peers:
                report.Peers(await NodesAsync(cluster, await cluster.GetJobAsync()));
                break;
            case ConsoleCommand.Jobs:
                report.Job(await cluster.GetJobAsync());
                break;
            case ConsoleCommand.Pool:
                report.Pool(await cluster.GetPoolAsync());
                break;
            case ConsoleCommand.Doctor:
                var findings = await ClusterDoctor.ExamineAsync(cluster, await MembersAsync(request.Node, cluster), TimeProvider.System);
                report.Doctor(findings);
                Require(findings.Wrong == 0 ? null : $"{findings.Wrong} finding{(findings.Wrong == 1 ? " costs" : "s cost")} speed or safety");
                break;
            case ConsoleCommand.Alert:
                report.Alerts(await cluster.GetAlertsAsync());
                break;
            case ConsoleCommand.AlertTest:
                var sinks = await cluster.TestAlertsAsync();
                report.AlertTest(sinks);
                Require(sinks.Count == 0 ? "no place to send alerts to is set: see Alerts in the settings" : null);
                Require(sinks.Count(sink => sink.Failure is not null) is var failed and > 0 ? $"{failed} of {sinks.Count} did not take the message" : null);
                break;
            case ConsoleCommand.Pause:
                report.Done("paused", await EachAsync(request, cluster, cluster.PauseAsync));
                break;
            case ConsoleCommand.Resume:
                report.Done("resumed", await EachAsync(request, cluster, cluster.ResumeAsync));
                break;
            case ConsoleCommand.Drain:
                report.Done("draining", await EachAsync(request, cluster, cluster.DrainAsync));
                break;
            case ConsoleCommand.Threads:
                var set = await EachAsync(request, cluster, node => cluster.SetThreadsAsync(node, request.Threads));
                var peers = (await Task.WhenAll(set.Select(cluster.GetPeerAsync))).OfType<PeerStatus>();
                report.Done("threads set", set, [.. peers.Select(peer => peer.NoteOn(request.Threads)).OfType<string>()]);
                break;
            case ConsoleCommand.Quarantine:
                report.Done("quarantined", await EachAsync(request, cluster, cluster.QuarantineAsync, gone: true));
                break;
            case ConsoleCommand.Release:
                report.Done("released", await EachAsync(request, cluster, cluster.ReleaseAsync, gone: true));
                break;
            case ConsoleCommand.Bench:
                var node = Choose(request.Node, await cluster.GetJobAsync(), gone: false)[0];
                var result = await cluster.BenchAsync(node, request.Duration);
                Require(result.Refusal);
                report.Bench(node, result);
                break;
            case ConsoleCommand.PoolAdd:
                Require(await cluster.AddPoolAsync(request.NewPool!));
                report.Done("pool added", [request.NewPool!.Url]);
                break;
            case ConsoleCommand.PoolRemove:
                Require(await cluster.RemovePoolAsync(request.PoolUrl!));
                report.Done("pool removed", [request.PoolUrl!]);
                break;
            case ConsoleCommand.PoolSwitch:
                Require(await cluster.SwitchPoolAsync(request.PoolUrl!));
                report.Done("pool preferred", [request.PoolUrl!]);
                break;
            case ConsoleCommand.Algo:
                if (request.Algorithms is { } wanted)
                {
                    Require(await cluster.SetAlgorithmsAsync(wanted));
                }

                report.Done("algorithms", [.. (await cluster.GetPoolAsync()).Algorithms.Select(algorithm => algorithm.WireName())]);
                break;
            case ConsoleCommand.RotateKey:
                var file = Program.KeyFile(request.DataFolder);
                var rotation = await new KeyRotation(cluster, file, request.Grace, TimeProvider.System).RunAsync();
                report.Rotated(rotation, request.Json && !request.WithToken ? null : rotation.JoinLine);
                Require(rotation.Of(RotationOutcome.Unconfirmed).Select(node => node.Node[..8]).ToList() is { Count: > 0 } unconfirmed
                    ? $"not confirmed by {string.Join(", ", unconfirmed)}: "
                        + "check that each is running and uses the new key; it is safe to run rotate-key again" : null);
                break;
        }
    }

    /// <summary>Every node, asked all at once; one that does not answer costs no more than its own line.</summary>
    public static async Task<IReadOnlyList<ClusterNode>> NodesAsync(ICluster cluster, JobStatus job)
        => await Task.WhenAll(job.Nodes.Select(async work => new ClusterNode(work, work.Gone ? null : await cluster.GetPeerAsync(work.Node.ToString()))));

    private static async Task<IReadOnlyList<string>> EachAsync(ConsoleRequest request, ICluster cluster, Func<string, Task> act, bool gone = false)
    {
        var nodes = Choose(request.Node, await cluster.GetJobAsync(), gone);
        await Task.WhenAll(nodes.Select(act));
        return nodes;
    }

    /// <summary>From the membership table and not from the master: without a master the doctor is wanted most.</summary>
    private static async Task<IReadOnlyList<string>> MembersAsync(string? start, ICluster cluster)
        => Choose(start, (await cluster.GetMembersAsync()).Where(member => member.State != MemberState.Gone).Select(member => member.Node));

    /// <param name="gone">Nodes whose silo is gone count too.</param>
    private static IReadOnlyList<string> Choose(string? start, JobStatus job, bool gone)
        => Choose(start, job.Nodes.Where(node => gone || !node.Gone).Select(node => node.Node.ToString()));

    private static IReadOnlyList<string> Choose(string? start, IEnumerable<string> nodes)
    {
        try
        {
            return start is null ? [.. nodes] : [NodeDigits.Choose(start, nodes)];
        }
        catch (FormatException error)
        {
            throw new RequestException(error.Message);
        }
    }

    private static void Require(string? refusal)
    {
        if (refusal is not null)
        {
            throw new RefusedException(refusal);
        }
    }
}
