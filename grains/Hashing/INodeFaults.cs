namespace P2PMiner.Grains.Hashing;

/// <summary>
/// Is told that this node hashes wrongly. The node must not go on: it would mine in vain, and as master judge good nodes to be faulty.
/// </summary>
public interface INodeFaults
{
    /// <param name="fault">What was found, in one line.</param>
    void Report(string fault);
}
