using System.Text.Json.Serialization;

namespace P2PMiner.Silo.Alerts;

/// <summary>What webhooks are sent. Slack and Mattermost show <see cref="Text"/>, Discord shows <see cref="Content"/>.</summary>
internal sealed record WebhookBody
{
    public string Source => "p2p-miner";

    public required string Title { get; init; }

    public required string Text { get; init; }

    /// <summary>Title and text.</summary>
    public required string Content { get; init; }

    /// <summary>bad, good or news.</summary>
    public required string Kind { get; init; }

    /// <summary>ISO 8601, UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    public required IReadOnlyList<WebhookAlert> Alerts { get; init; }
}

/// <summary>One change of a <see cref="WebhookBody"/>.</summary>
/// <param name="Node">Id of 32 digits; null: the cluster.</param>
internal sealed record WebhookAlert(string Rule, string Kind, string? Node, string Text);

internal sealed record TelegramBody(string ChatId, string Text);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(WebhookBody))]
[JsonSerializable(typeof(TelegramBody))]
internal sealed partial class AlertJson : JsonSerializerContext;
