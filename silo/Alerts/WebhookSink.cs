using System.Net.Http.Json;

namespace P2PMiner.Silo.Alerts;

/// <summary>JSON by POST.</summary>
internal sealed class WebhookSink(AlertHttp http, string url) : IAlertSink
{
    public string Name => "webhook";

    public string Where { get; } = new Uri(url).Authority;

    public async Task<SinkAnswer> SendAsync(AlertMessage message, CancellationToken cancellation)
    {
        var body = new WebhookBody
        {
            Title = message.Title, Text = message.Text, Content = $"{message.Title}\n{message.Text}", Kind = Word(message.Kind), Time = message.Time.ToUniversalTime(),
            Alerts = [.. message.Changes.Select(change => new WebhookAlert(change.Rule, Word(change.Kind), change.Node?.ToString(), change.Text))],
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = JsonContent.Create(body, AlertJson.Default.WebhookBody) };
        return await http.SendAsync(request, cancellation);
    }

    private static string Word(AlertChangeKind kind) => kind.ToString().ToLowerInvariant();
}
