namespace P2PMiner.Keys;

/// <summary>
/// The cluster key of one node, for a rotation: every node accepts the new key first, and only then is it made current anywhere. Key: the node id; lives
/// on that node's silo. Each call returns null when done, else why not, in one line.
/// </summary>
[Alias("p2p.IClusterKeyGrain")]
public interface IClusterKeyGrain : IGrainWithStringKey
{
    /// <summary>Longest grace period of a former key, in hours.</summary>
    const int MaxGraceHours = 720;

    /// <summary>
    /// Accepts holders of the offered key as well as the current one, and has stored it when this returns. Nothing is sent under it yet.
    /// Refused within a minute of another key's offer, because that key may be about to become current.
    /// </summary>
    [Alias("Accept"), ResponseTimeout("00:00:15")]
    Task<string?> AcceptAsync(KeyOffer offer);

    /// <summary>Makes the key offered last current: beacons, certificates and new connections use it. Existing connections stay.</summary>
    /// <param name="keyId">The public id of the key, 32 hex digits. A key that is current already is not refused.</param>
    [Alias("Switch"), ResponseTimeout("00:00:15")]
    Task<string?> SwitchAsync(string keyId);

    /// <summary>Takes an offer back: another node did not accept it. Does nothing to a key that is current or was.</summary>
    [Alias("Withdraw"), ResponseTimeout("00:00:15")]
    Task WithdrawAsync(string keyId);
}
