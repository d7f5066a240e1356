namespace P2PMiner.Grains.Hashing;

/// <summary>Takes word that this node hashes wrongly. It must not go on: it would mine for nothing, and as master take sound nodes for faulty ones.</summary>
public interface INodeFaults
{
    /// <param name="fault">What was found, in one line.</param>
    void Report(string fault);
}
