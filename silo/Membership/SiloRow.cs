namespace P2PMiner.Silo.Membership;

/// <summary>One row of the membership table on the wire: times in UTC, proxy port 0 for none.</summary>
internal sealed record SiloRow(
    WireSilo Silo, SiloStatus Status, string SiloName, string HostName, int ProxyPort, DateTime StartTime, DateTime IAmAliveTime,
    IReadOnlyList<Suspicion> Suspects)
{
    private const int MaxName = 256;
    private const int MaxSuspects = 256;

    /// <summary>Clean, as the next: Orleans logs both, and its dashboard shows them.</summary>
    public string SiloName { get => OutsideText.Clean(field, int.MaxValue); init; } = SiloName;

    public string HostName { get => OutsideText.Clean(field, int.MaxValue); init; } = HostName;

    public static SiloRow Of(MembershipEntry entry) => new(
        WireSilo.Of(entry.SiloAddress), entry.Status, entry.SiloName ?? "", entry.HostName
            ?? "", entry.ProxyPort, Utc(entry.StartTime), Utc(entry.IAmAliveTime),
        [.. (entry.SuspectTimes ?? []).Select(suspect => new Suspicion(WireSilo.Of(suspect.Item1), Utc(suspect.Item2)))]);

    public MembershipEntry ToEntry() => new()
    {
        SiloAddress = Silo.ToSiloAddress(),
        Status = Status,
        SiloName = SiloName,
        HostName = HostName,
        ProxyPort = ProxyPort,
        StartTime = StartTime,
        IAmAliveTime = IAmAliveTime,
        SuspectTimes = [.. Suspects.Select(suspect => Tuple.Create(suspect.By.ToSiloAddress(), suspect.At))],
    };

    /// <exception cref="TableProtocolException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        Silo.Validate();
        TableProtocolException.Unless(Enum.IsDefined(Status), "a silo's status is unknown");
        TableProtocolException.Unless(SiloName.Length <= MaxName && HostName.Length <= MaxName, "a silo's name is too long");
        TableProtocolException.Unless(ProxyPort is >= 0 and <= 65535, "a silo's gateway port is out of range");
        TableProtocolException.Unless(StartTime.Kind == DateTimeKind.Utc && IAmAliveTime.Kind == DateTimeKind.Utc, "a silo's times are not in UTC");
        TableProtocolException.Unless(Suspects.Count <= MaxSuspects, "a silo has too many suspicions");
        foreach (var suspect in Suspects)
        {
            TableProtocolException.Unless(suspect is not null && suspect.At.Kind == DateTimeKind.Utc, "a suspicion's time is not in UTC");
            suspect!.By.Validate();
        }
    }

    /// <summary>Databases give times back without their kind; all of them are UTC.</summary>
    private static DateTime Utc(DateTime time) => time.Kind == DateTimeKind.Local ? time.ToUniversalTime() : DateTime.SpecifyKind(time, DateTimeKind.Utc);
}
