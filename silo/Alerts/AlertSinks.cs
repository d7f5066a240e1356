using P2PMiner.Alerts;

namespace P2PMiner.Silo.Alerts;

/// <summary>The sinks of some settings.</summary>
/// <param name="Messages">Those that take messages.</param>
/// <param name="Heartbeat">Null: none.</param>
internal sealed record AlertSinks(IReadOnlyList<IAlertSink> Messages, Heartbeat? Heartbeat, AlertHttp Http) : IDisposable
{
    /// <summary>All of them.</summary>
    public IEnumerable<IAlertSink> All => Heartbeat is null ? Messages : Messages.Append(Heartbeat);

    /// <param name="mailCommand">Of this node; null or empty: none.</param>
    public static AlertSinks Of(AlertSettings settings, string? mailCommand, TimeProvider clock)
    {
        var http = new AlertHttp(settings.Socks5, clock);
        var sinks = new List<IAlertSink>();
        if (settings.WebhookUrl is { } webhook)
        {
            sinks.Add(new WebhookSink(http, webhook));
        }

        if (settings.NtfyUrl is { } ntfy)
        {
            sinks.Add(new NtfySink(http, ntfy, settings.NtfyToken));
        }

        if (settings is { TelegramToken: { } token, TelegramChat: { } chat })
        {
            sinks.Add(new TelegramSink(http, token, chat));
        }

        if (!string.IsNullOrEmpty(mailCommand) && CommandWords.TrySplit(mailCommand, out var words))
        {
            sinks.Add(new MailSink(words, clock));
        }

        return new(sinks, settings.HeartbeatUrl is { } heartbeat ? new(http, heartbeat) : null, http);
    }

    public void Dispose() => Http.Dispose();
}
