using System.ComponentModel.DataAnnotations;
using P2PMiner.Alerts;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Alerts;

/// <summary>Where the master sends alerts, and what of. Section "Alerts".</summary>
internal sealed class AlertOptions
{
    public const string Section = "Alerts";

    /// <summary>Takes JSON by POST; secret, as all addresses here. Null or empty: none. So for the next seven.</summary>
    public string? WebhookUrl { get; set; }

    /// <summary>Of an ntfy server, with the topic.</summary>
    public string? NtfyUrl { get; set; }

    public string? NtfyToken { get; set; }

    /// <summary>Of a bot; needs a <see cref="TelegramChat"/>.</summary>
    public string? TelegramToken { get; set; }

    /// <summary>The number of a chat, or @channel.</summary>
    public string? TelegramChat { get; set; }

    /// <summary>A program and its arguments, see <see cref="CommandWords"/>. Runs where this node is master, and is never sent to another node.</summary>
    public string? MailCommand { get; set; }

    /// <summary>Asked each minute while all is well, and with /fail at its end while it is not.</summary>
    public string? HeartbeatUrl { get; set; }

    /// <summary>host:port of a proxy to all of these but the command, perhaps with user:pass@ before it.</summary>
    public string? Socks5 { get; set; }

    /// <summary>How long a node is missing before it is told. Zero: not told; so for the other times and numbers.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan NodeLostAfter { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>How long no pool serves.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan PoolLostAfter { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>A node is slow below this part of its own mean of a day ...</summary>
    [Range(0, 95)]
    public int RateBelowPercent { get; set; } = 70;

    /// <summary>... over this time.</summary>
    [Range(typeof(TimeSpan), "00:02:00", "06:00:00")]
    public TimeSpan RateBelowFor { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a node that should mine does no hash.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "06:00:00")]
    public TimeSpan NoHashesFor { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>More of the cluster's shares of an hour than this come to nothing.</summary>
    [Range(0, 100)]
    public int RejectPercent { get; set; } = 10;

    /// <summary>A processor is hotter than this many °C for three minutes.</summary>
    [Range(0, 150)]
    public int TemperatureAbove { get; set; } = 95;

    /// <summary>A node is quarantined for wrong hashes.</summary>
    public bool WrongHashes { get; set; } = true;

    /// <summary>A node that had its huge pages has them no longer, as after a restart of the machine.</summary>
    public bool HugePagesMissing { get; set; } = true;

    public bool MasterChanged { get; set; } = true;

    public bool PoolsChanged { get; set; } = true;

    /// <summary>When the daily summary is sent, in the master's local time. Null: none is.</summary>
    [Range(0, 23)]
    public int? SummaryHour { get; set; } = 8;

    /// <summary>All of it but the command.</summary>
    public AlertSettings ToSettings(NodeId node) => new()
    {
        Origin = node,
        WebhookUrl = Given(WebhookUrl),
        NtfyUrl = Given(NtfyUrl),
        NtfyToken = Given(NtfyToken),
        TelegramToken = Given(TelegramToken),
        TelegramChat = Given(TelegramChat),
        HeartbeatUrl = Given(HeartbeatUrl),
        Socks5 = Given(Socks5),
        NodeLostAfter = NodeLostAfter,
        PoolLostAfter = PoolLostAfter,
        RateBelowPercent = RateBelowPercent,
        RateBelowFor = RateBelowFor,
        NoHashesFor = NoHashesFor,
        RejectPercent = RejectPercent,
        TemperatureAbove = TemperatureAbove,
        WrongHashes = WrongHashes,
        HugePagesMissing = HugePagesMissing,
        MasterChanged = MasterChanged,
        PoolsChanged = PoolsChanged,
        SummaryHour = SummaryHour,
    };

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
