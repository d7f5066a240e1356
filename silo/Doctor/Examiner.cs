using P2PMiner.Doctor;
using P2PMiner.Silo.Discovery;

namespace P2PMiner.Silo.Doctor;

/// <summary>Runs every check. Changes nothing; takes as long as the slowest connection it tries, a few seconds at most.</summary>
internal static class Examiner
{
    /// <summary>Between two looks at what counts upwards.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    /// <summary>Checks of what a node alone knows: beside a running one its own answer counts, and not what another process makes of it.</summary>
    public static IReadOnlyList<string> OfRunningNode { get; } =
        [HugePagesCheck.Name, GiantPagesCheck.Name, MemoryCheck.Name, ThreadsCheck.Name, NumaCheck.Name, LimitsCheck.Name, PeersCheck.Name];

    /// <returns>The worst first, otherwise in the order of the checks.</returns>
    public static async Task<IReadOnlyList<Finding>> RunAsync(Examination given, IEnumerable<string> settingsFiles, CancellationToken cancellation)
    {
        var throttled = ThrottleCounts.Read(given.Root);
        var moment = Task.Delay(Moment, cancellation);
        var service = Systemd.ServiceAsync(ServiceCheck.Unit, given.Root, cancellation);
        var tuning = Systemd.ServiceAsync(ServiceCheck.TuneUnit, given.Root, cancellation);
        var isSynchronized = Systemd.ClockIsSynchronizedAsync(given.Root, cancellation);
        var peers = PeersCheck.ReadAsync(given, cancellation);
        var pools = PoolCheck.ReadAsync(given, cancellation);
        await Task.WhenAll(moment, service, tuning, isSynchronized, peers, pools);
        given = given with { TuneService = await tuning };

        var (reached, called) = await peers;
        var living = given.Live?.Cluster.Peers.Values ?? [];
        return Sort(
        [
            .. DataFolderCheck.Examine(given),
            .. SettingsFileCheck.Examine(given, SettingsFiles.Read(settingsFiles)),
            .. WalletCheck.Examine(given),
            .. PoolCheck.Examine(given, await pools),
            .. PeersCheck.Examine(given, reached, called),
            .. ClockCheck.Examine(await isSynchronized, [.. living.Select(peer => (peer.Node, peer.ClockAhead))]),
            .. DiskCheck.Examine(DiskCheck.Read(given)),
            .. PortsCheck.Examine(given, ListeningPorts.Read(given.Root)),
            .. ServiceCheck.Examine(given, await service),
            .. MemoryCheck.Examine(given),
            .. HugePagesCheck.Examine(given),
            .. TransparentPagesCheck.Examine(given),
            .. GiantPagesCheck.Examine(given),
            .. RegistersCheck.Examine(given),
            .. GovernorCheck.Examine(given),
            .. ThreadsCheck.Examine(given),
            .. LimitsCheck.Examine(given),
            .. NumaCheck.Examine(given),
            .. ThrottleCheck.Examine(throttled, ThrottleCounts.Read(given.Root)),
        ]);
    }

    public static IReadOnlyList<Finding> Sort(IEnumerable<Finding> findings) => [.. findings.OrderByDescending(finding => finding.Severity)];

    /// <summary>The node's own findings where it alone can know, this process's for the rest, because it may have more rights.</summary>
    public static IReadOnlyList<Finding> Join(IEnumerable<Finding> own, IReadOnlyList<Finding> ofNode)
        => Sort([.. own.Where(finding => !OfRunningNode.Contains(finding.Check) && finding.Check != ClockCheck.Name),
            .. ofNode.Where(finding => OfRunningNode.Contains(finding.Check) || finding.Check == ClockCheck.Name)]);
}
