namespace P2PMiner.Grains.Peers;

/// <summary>
/// What a person has told this node. Outlives the silo: a node that was paused must not begin to mine because its silo was replaced. Any
/// thread.
/// </summary>
public sealed class NodeControl
{
    private volatile bool _paused;
    private volatile bool _draining;

    public bool Paused
    {
        get => _paused;
        set => _paused = value;
    }

    public bool Draining
    {
        get => _draining;
        set => _draining = value;
    }
}
