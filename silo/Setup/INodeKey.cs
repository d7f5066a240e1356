using P2PMiner.Security;

namespace P2PMiner.Silo.Setup;

/// <summary>The cluster key in the data folder of the node that is set up.</summary>
internal interface INodeKey
{
    string Folder { get; }

    /// <summary>The key file as it is; null: there is none.</summary>
    /// <exception cref="IOException">The folder or the file cannot be used. The same holds for the calls below.</exception>
    byte[]? Content();

    /// <summary>
    /// The cluster that the node belongs to; null: none, or the file holds no key, or one that a start made and that no other machine has: then there is no
    /// cluster to leave.
    /// </summary>
    ClusterKey? Current();

    /// <summary>Puts a key in place; one that is there already is kept aside.</summary>
    /// <returns>Where that is kept; null: there was none.</returns>
    string? Join(ClusterKey key);

    /// <summary>
    /// Makes the key file what it was, and removes the copies of it that were kept aside; the one that is there is kept. Nothing happens where it is so.
    /// </summary>
    /// <param name="content">Null: there was none.</param>
    /// <returns>Where the present one is kept; null: it is not.</returns>
    string? GiveBack(byte[]? content);
}
