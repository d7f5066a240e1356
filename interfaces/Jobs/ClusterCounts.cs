namespace P2PMiner.Jobs;

/// <summary>What the nodes did in a session: it begins with its master.</summary>
[GenerateSerializer, Immutable, Alias("p2p.ClusterCounts")]
public sealed record ClusterCounts : IWireValue
{
    /// <summary>For how long it has been counted.</summary>
    [Id(0)] public required TimeSpan Age { get; init; }

    /// <summary>Of all nodes, those included that are no longer known.</summary>
    [Id(1)] public required WorkCounts Total { get; init; }

    /// <summary>As in <see cref="JobStatus.Nodes"/>, in the same order.</summary>
    [Id(2)] public required IReadOnlyList<NodeCounts> Nodes { get; init; }

    public string? FindFault() => WireFault.Time(nameof(Age), Age) ?? WireFault.Of(nameof(Total), Total) ?? WireFault.Each(nameof(Nodes), Nodes);
}
