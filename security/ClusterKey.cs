using System.Security.Cryptography;
using System.Text;

namespace P2PMiner.Security;

/// <summary>
/// The one secret of a cluster: 32 random bytes that every machine of its owner holds. A machine that has it is a member; everything else
/// (beacon key, cluster id, private CA) is derived from it with HKDF-SHA-256 (RFC 5869), one label each.
/// </summary>
internal sealed class ClusterKey : IEquatable<ClusterKey>
{
    public const int SizeInBytes = 32;
    private const int IdBytes = 16;

    private static readonly byte[] Salt = "p2p-miner cluster key v1"u8.ToArray();

    private readonly byte[] _bytes;
    private readonly Lazy<ClusterAuthority> _authority;

    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public ClusterKey(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != SizeInBytes)
        {
            throw new ArgumentException($"a cluster key has {SizeInBytes} bytes, not {bytes.Length}", nameof(bytes));
        }

        _bytes = bytes.ToArray();
        Id = Convert.ToHexStringLower(Derive("cluster id", IdBytes));
        _authority = new(() => new ClusterAuthority(this));
    }

    /// <summary>Public name of the cluster: 32 lower-case hex digits (16 bytes). Says nothing about the key.</summary>
    public string Id { get; }

    /// <summary>The certificate authority that every holder of this key derives in the same way.</summary>
    public ClusterAuthority Authority => _authority.Value;

    public static ClusterKey NewRandom() => new(RandomNumberGenerator.GetBytes(SizeInBytes));

    /// <summary>Key for the beacons' HMAC-SHA-256: 32 bytes.</summary>
    public byte[] BeaconKey() => Derive("beacon", HMACSHA256.HashSizeInBytes);

    /// <summary>The secret in printable form, see <see cref="JoinToken"/>. For the owner's eyes and the key file only.</summary>
    public string ToToken() => JoinToken.Write(_bytes);

    /// <summary>What to type on another machine so that it joins. As secret as the token, which is in it.</summary>
    public string ToJoinLine() => $"p2p-miner join {ToToken()}";

    public bool Equals(ClusterKey? other) => other is not null && CryptographicOperations.FixedTimeEquals(_bytes, other._bytes);

    public override bool Equals(object? obj) => Equals(obj as ClusterKey);

    public override int GetHashCode() => Id.GetHashCode(StringComparison.Ordinal);

    /// <summary>Names the cluster, never the key.</summary>
    public override string ToString() => $"cluster {Id[..8]}";

    internal byte[] Derive(string label, int bytes)
        => HKDF.DeriveKey(HashAlgorithmName.SHA256, _bytes, bytes, Salt, Encoding.ASCII.GetBytes(label));
}
