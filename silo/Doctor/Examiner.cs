using System.ComponentModel;
using P2PMiner.Doctor;
using P2PMiner.Native;
using P2PMiner.Silo.Discovery;

namespace P2PMiner.Silo.Doctor;

/// <summary>Runs every check. Changes nothing; takes as long as the slowest connection it tries, a few seconds at most.</summary>
internal static class Examiner
{
    /// <summary>Between two looks at what counts upwards.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    /// <summary>Checks of what a node alone knows: beside a running one its own answer counts, and not what another process makes of it.</summary>
    public static IReadOnlyList<string> OfRunningNode { get; } =
    [
        MiningCheck.Name, PoolCheck.Name, WalletCheck.Name, PeersCheck.Name, ClockCheck.Name, DiskCheck.Name, PortsCheck.Name,
        HugePagesCheck.Name, GiantPagesCheck.Name, MemoryCheck.Name, ThreadsCheck.Name, NumaCheck.Name, LimitsCheck.Name,
    ];

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
        given = given with { Service = await service, TuneService = await tuning };

        var (reached, called) = await peers;
        var (tried, isRight) = (await pools, await isSynchronized);
        var living = given.Live?.Cluster.Peers.Values ?? [];
        return Sort(
        [
            .. Try(MiningCheck.Name, () => MiningCheck.Examine(given)),
            .. Try(DataFolderCheck.Name, () => DataFolderCheck.Examine(given)),
            .. Try(SettingsFileCheck.Name, () => SettingsFileCheck.Examine(given, SettingsFiles.Read(settingsFiles))),
            .. Try(WalletCheck.Name, () => WalletCheck.Examine(given)),
            .. Try(PoolCheck.Name, () => PoolCheck.Examine(given, tried)),
            .. Try(PeersCheck.Name, () => PeersCheck.Examine(given, reached, called)),
            .. Try(ClockCheck.Name, () => ClockCheck.Examine(isRight, [.. living.Select(peer => (peer.Node, peer.ClockAhead))])),
            .. Try(DiskCheck.Name, () => DiskCheck.Examine(DiskCheck.Read(given))),
            .. Try(PortsCheck.Name, () => PortsCheck.Examine(given, ListeningPorts.Read(given.Root))),
            .. Try(ServiceCheck.Name, () => ServiceCheck.Examine(given)),
            .. Try(MemoryCheck.Name, () => MemoryCheck.Examine(given)),
            .. Try(HugePagesCheck.Name, () => HugePagesCheck.Examine(given)),
            .. Try(TransparentPagesCheck.Name, () => TransparentPagesCheck.Examine(given)),
            .. Try(GiantPagesCheck.Name, () => GiantPagesCheck.Examine(given)),
            .. Try(RegistersCheck.Name, () => RegistersCheck.Examine(given)),
            .. Try(GovernorCheck.Name, () => GovernorCheck.Examine(given)),
            .. Try(ThreadsCheck.Name, () => ThreadsCheck.Examine(given)),
            .. Try(LimitsCheck.Name, () => LimitsCheck.Examine(given)),
            .. Try(NumaCheck.Name, () => NumaCheck.Examine(given)),
            .. Try(ThrottleCheck.Name, () => ThrottleCheck.Examine(given, throttled, ThrottleCounts.Read(given.Root))),
        ]);
    }

    /// <summary>One check; what it cannot read in spite of all is a note, and the others go on.</summary>
    internal static IReadOnlyList<Finding> Try(string check, Func<IEnumerable<Finding>> examine)
    {
        try
        {
            return [.. examine()];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or Win32Exception or HashEngineException or DllNotFoundException)
        {
            return [Found.Note(check, $"This could not be examined: {error.Message.TrimEnd('.')}.")];
        }
    }

    public static IReadOnlyList<Finding> Sort(IEnumerable<Finding> findings) => [.. findings.OrderByDescending(finding => finding.Severity)];

    /// <summary>The node's own findings where it alone can know, this process's for the rest, because it may have more rights.</summary>
    public static IReadOnlyList<Finding> Join(IReadOnlyList<Finding> own, IReadOnlyList<Finding> ofNode)
        => Sort([.. own.Where(finding => !OfRunningNode.Contains(finding.Check) && finding.Check != SettingsFileCheck.Name),
            .. ofNode.Where(finding => OfRunningNode.Contains(finding.Check)),
            .. Settings(own, ofNode)]);

    /// <summary>The node knows which files it has read, and this process may be allowed to look into more of them: what either finds wrong counts.</summary>
    private static IEnumerable<Finding> Settings(IEnumerable<Finding> own, IEnumerable<Finding> ofNode)
    {
        var found = ofNode.Concat(own).Where(finding => finding.Check == SettingsFileCheck.Name).DistinctBy(finding => finding.Text).ToList();
        return found.Any(finding => finding.Severity != FindingSeverity.Ok) ? found.Where(finding => finding.Severity != FindingSeverity.Ok) : found.Take(1);
    }
}
