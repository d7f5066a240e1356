using P2PMiner.Alerts;
using P2PMiner.Peers;
using P2PMiner.Silo.Alerts;

namespace P2PMiner.Silo.Tests.Alerts;

/// <summary>What sinks are given.</summary>
internal static class Messages
{
    public static readonly DateTimeOffset Time = new(2026, 12, 1, 8, 0, 0, TimeSpan.Zero);

    public static AlertChange Lost(ulong node, string? text = null)
        => new(AlertRule.NodeLost, new(node), AlertChangeKind.Bad, text ?? $"node {new NodeId(node).Short} is lost", Time);

    public static AlertMessage OfOne(string text = "node 1 (Grüße) is lost") => AlertMessage.Of([Lost(1, text)]);
}
