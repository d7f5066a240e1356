using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using P2PMiner.Hashing;

namespace P2PMiner.Interfaces.Tests;

/// <summary>
/// What lets a type get new members while nodes of two versions work together: one that is not known is skipped, and one that is not sent
/// has the value that its type gives it.
/// </summary>
public sealed class AddedMembersTests
{
    // An object as Orleans 10 writes it: begin of field 0, the members of its bases, each with an end, its own members, end.
    private const byte Begin = 0x20;
    private const byte EndOfBase = 0xe8;
    private const byte End = 0xe0;

    private static readonly Serializer Serializer = new ServiceCollection()
        .AddSerializer(builder => builder.AddAssembly(typeof(Hash256).Assembly)).BuildServiceProvider().GetRequiredService<Serializer>();

    /// <summary>Members as a later version may add, with an id six above that of the last: the low three bits of their first byte.</summary>
    private static readonly Dictionary<string, byte[]> Added = new()
    {
        ["number"] = [0x06, 0x15],
        ["text"] = [0x46, 0x07, 0x61, 0x62, 0x63],
        ["32 bits"] = [0x66, 1, 2, 3, 4],
        ["64 bits"] = [0x86, 1, 2, 3, 4, 5, 6, 7, 8],
        ["null"] = [0xc6, 0x01],
        ["object"] = [0x26, .. Write(typeof(Peers.PeerStatus), WireSamples.Full(typeof(Peers.PeerStatus)))[1..]],
    };

    public static TheoryData<Type> WireTypes => [.. WireSamples.Types];

    [Theory]
    [MemberData(nameof(WireTypes))]
    public void Read_WithMembersOfALaterVersion_GivesTheRestAsItIs(Type type)
    {
        foreach (var sample in new[] { WireSamples.Full(type), WireSamples.Bare(type) })
        {
            var bytes = Write(type, sample);
            Assert.Equal((Begin, End), (bytes[0], bytes[^1]));
            Assert.All(Added, added =>
                Assert.Equal(MemberLines.Of(sample), MemberLines.Of(Read(type, [.. bytes[..^1], .. added.Value, .. added.Value, bytes[^1]]))));
        }
    }

    [Theory]
    [MemberData(nameof(WireTypes))]
    public void Read_WithoutAnyMember_GivesWhatTheTypeGives(Type type)
    {
        var bases = Write(type, WireSamples.Full(type))[1..].TakeWhile(mark => mark == EndOfBase);
        Assert.Equal(MemberLines.Of(WireSamples.New(type)), MemberLines.Of(Read(type, [Begin, .. bases, End])));
    }

    private static byte[] Write(Type type, object value) => (byte[])typeof(Typed<>).MakeGenericType(type).GetMethod("Write")!.Invoke(null, [value])!;

    private static object Read(Type type, byte[] bytes) => typeof(Typed<>).MakeGenericType(type).GetMethod("Read")!.Invoke(null, [bytes])!;

    private static class Typed<T>
    {
        public static byte[] Write(T value) => Serializer.SerializeToArray(value);

        public static T? Read(byte[] bytes) => Serializer.Deserialize<T>(bytes);
    }
}
