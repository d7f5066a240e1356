using System.Net.Http.Json;
using System.Text.Json;

namespace P2PMiner.Silo.Alerts;

/// <summary>A chat of a Telegram bot (core.telegram.org/bots/api#sendmessage). The token is part of the address.</summary>
/// <param name="api">Without a / at its end.</param>
internal sealed class TelegramSink(AlertHttp http, string token, string chat, string api = TelegramSink.Api) : IAlertSink
{
    private const string Api = "https://api.telegram.org";

    public string Name => "telegram";

    public string Where { get; } = new Uri(api).Authority;

    public async Task<SinkAnswer> SendAsync(AlertMessage message, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{api}/bot{token}/sendMessage")
        {
            Content = JsonContent.Create(new TelegramBody(chat, $"{message.Title}\n{message.Text}"), AlertJson.Default.TelegramBody),
        };
        return await http.SendAsync(request, cancellation, Describe);
    }

    /// <summary>"Bad Request: chat not found": without it a person could not know what to change.</summary>
    private string? Describe(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("description", out var text)
                && text.ValueKind == JsonValueKind.String ? text.GetString()!.Replace(token, "***", StringComparison.Ordinal) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
