namespace P2PMiner.Grains.Pool;

/// <summary>The session that counts for this node, named by its master; set by the code that follows the election. Any thread.</summary>
public sealed class CurrentSession
{
    private volatile string? _name;

    /// <summary>Null: no master is known.</summary>
    public string? Name
    {
        get => _name;
        set => _name = value;
    }
}
