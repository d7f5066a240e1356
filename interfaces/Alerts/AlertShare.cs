using P2PMiner.Peers;

namespace P2PMiner.Alerts;

/// <summary>What a node knows about the cluster's alerts. Holds secrets.</summary>
[GenerateSerializer, Immutable, Alias("p2p.AlertShare")]
public sealed record AlertShare : IWireValue
{
    /// <summary>The most rules and nodes that were ever told of.</summary>
    public const int MostTold = 4096;

    public static readonly AlertShare None = new() { Told = [] };

    /// <summary>The node that tells it; null: nobody.</summary>
    [Id(0)] public NodeId? From { get; init; }

    /// <summary>Its own, or those that it has heard of; null: none.</summary>
    [Id(1)] public AlertSettings? Settings { get; init; }

    [Id(2)] public required IReadOnlyList<ToldAlert> Told { get; init; }

    public string? FindFault() => WireFault.Optional(nameof(Settings), Settings) ?? WireFault.Each(nameof(Told), Told, MostTold);
}
