namespace P2PMiner.Silo.Discovery;

/// <summary>What this node's beacons say of its strength; whoever measures it sets it. Any thread.</summary>
internal sealed class LocalSummary
{
    private volatile Box _value = new(default);

    public NodeSummary Value
    {
        get => _value.Summary;
        set => _value = new(value);
    }

    private sealed record Box(NodeSummary Summary);
}
