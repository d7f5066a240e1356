using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace P2PMiner.Peers;

/// <summary>A node's identity: 128 random bits, made once and kept in its data folder. The smaller id wins an election.</summary>
[GenerateSerializer, Immutable, Alias("p2p.NodeId")]
public readonly record struct NodeId([property: Id(0)] UInt128 Value) : IComparable<NodeId>, IWireValue
{
    public static NodeId NewRandom()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        return new(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    /// <summary>Reads 32 hex digits.</summary>
    public static bool TryParse([NotNullWhen(true)] string? hex, out NodeId id)
    {
        var ok = UInt128.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) && hex!.Length == 32;
        id = ok ? new(value) : default;
        return ok;
    }

    public int CompareTo(NodeId other) => Value.CompareTo(other.Value);

    /// <summary>The first 8 digits: enough to tell an owner's machines apart in a log.</summary>
    public string Short => ToString()[..8];

    /// <summary>Finds none: any 128 bits are an id.</summary>
    public string? FindFault() => null;

    /// <summary>32 lower-case hex digits; also the key of the node's grains.</summary>
    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);
}
