using P2PMiner.Peers;

namespace P2PMiner.Alerts;

/// <summary>How the alerts of the cluster stand. Without secrets.</summary>
[GenerateSerializer, Immutable, Alias("p2p.AlertStatus")]
public sealed record AlertStatus : IWireValue
{
    /// <summary>The node in whose settings they are; null: in those of none.</summary>
    [Id(0)] public NodeId? Origin { get; init; }

    [Id(1)] public required IReadOnlyList<AlertSinkStatus> Sinks { get; init; }
    [Id(2)] public required IReadOnlyList<AlertRuleStatus> Rules { get; init; }

    /// <summary>What was told and is not well again, the oldest first.</summary>
    [Id(3)] public required IReadOnlyList<ToldAlert> Open { get; init; }

    public string? FindFault() => WireFault.Each(nameof(Sinks), Sinks) ?? WireFault.Each(nameof(Rules), Rules)
        ?? WireFault.Each(nameof(Open), Open, AlertShare.MostTold);
}
