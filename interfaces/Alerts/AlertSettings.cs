using P2PMiner.Peers;

namespace P2PMiner.Alerts;

/// <summary>
/// Where the master sends alerts, and what of. Nodes that may be master tell each other, so that the next one has it. Holds secrets. A command for e-mail is
/// never in here: nobody runs what another machine names.
/// </summary>
[GenerateSerializer, Immutable, Alias("p2p.AlertSettings")]
public sealed record AlertSettings : IWireValue
{
    /// <summary>The longest that each text may be.</summary>
    public const int MaxTextChars = 512;

    /// <summary>The node in whose settings they are.</summary>
    [Id(0)] public required NodeId Origin { get; init; }

    /// <summary>Takes JSON by POST; null: none. So for the next six.</summary>
    [Id(1)] public string? WebhookUrl { get; init; }

    /// <summary>Of an ntfy server, with the topic.</summary>
    [Id(2)] public string? NtfyUrl { get; init; }

    [Id(3)] public string? NtfyToken { get; init; }

    /// <summary>Of a bot.</summary>
    [Id(4)] public string? TelegramToken { get; init; }

    [Id(5)] public string? TelegramChat { get; init; }

    /// <summary>Asked each minute while all is well, and with /fail at its end while it is not.</summary>
    [Id(6)] public string? HeartbeatUrl { get; init; }

    /// <summary>host:port of the proxy to all of these, perhaps with user:pass@ before it.</summary>
    [Id(7)] public string? Socks5 { get; init; }

    /// <summary>Zero: not told. So for the other times and numbers.</summary>
    [Id(8)] public TimeSpan NodeLostAfter { get; init; }

    [Id(9)] public TimeSpan PoolLostAfter { get; init; }

    /// <summary>Of a node's own mean.</summary>
    [Id(10)] public int RateBelowPercent { get; init; }

    [Id(11)] public TimeSpan RateBelowFor { get; init; }

    [Id(12)] public TimeSpan NoHashesFor { get; init; }

    [Id(13)] public int RejectPercent { get; init; }

    /// <summary>In °C.</summary>
    [Id(14)] public int TemperatureAbove { get; init; }

    [Id(15)] public bool WrongHashes { get; init; }

    [Id(16)] public bool HugePagesMissing { get; init; }

    [Id(17)] public bool MasterChanged { get; init; }

    [Id(18)] public bool PoolsChanged { get; init; }

    /// <summary>0 to 23, in the master's local time; null: no summary.</summary>
    [Id(19)] public int? SummaryHour { get; init; }

    public bool HasSinks => (WebhookUrl ?? NtfyUrl ?? TelegramToken ?? HeartbeatUrl) is not null;

    /// <summary>The texts go on as they are, so unsuitable characters are refused, not cleaned.</summary>
    public string? FindFault() => Texts.Any(text => text?.Length > MaxTextChars) ? $"a setting of the alerts is longer than {MaxTextChars} letters"
        : Texts.Any(text => text is not null && !PastedText.IsLegible(text)) ? $"a setting of the alerts {PastedText.Problem}"
        : WireFault.Time(nameof(NodeLostAfter), NodeLostAfter) ?? WireFault.Time(nameof(PoolLostAfter), PoolLostAfter)
        ?? WireFault.Number(nameof(RateBelowPercent), RateBelowPercent) ?? WireFault.Time(nameof(RateBelowFor), RateBelowFor)
        ?? WireFault.Time(nameof(NoHashesFor), NoHashesFor) ?? WireFault.Number(nameof(RejectPercent), RejectPercent)
        ?? WireFault.Number(nameof(TemperatureAbove), TemperatureAbove) ?? WireFault.Number(nameof(SummaryHour), SummaryHour ?? 0L);

    private string?[] Texts => [WebhookUrl, NtfyUrl, TelegramToken, TelegramChat, HeartbeatUrl, NtfyToken, Socks5];

    /// <summary>Shows nothing of them: a record would print it all.</summary>
    public override string ToString() => $"the alerts of node {Origin.Short}";
}
