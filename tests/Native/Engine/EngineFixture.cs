using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>Engines in light mode and slices for them.</summary>
internal static class EngineFixture
{
    public static readonly Seed SeedA = Seed.FromBytes("test key 000"u8);
    public static readonly Seed SeedB = Seed.FromBytes("test key 001"u8);

    /// <summary>For what takes seconds of a free core: the machine may be busy.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static CancellationToken Deadline => new CancellationTokenSource(Patience).Token;

    public static HashEngine LightEngine(int threads = 2, TimeProvider? clock = null)
        => Engine(new() { Threads = threads, RandomXMode = RandomXMode.Light, Niceness = 0 }, clock);

    public static HashEngine Engine(HashEngineOptions options, TimeProvider? clock = null)
        => new(Options.Create(options), clock ?? TimeProvider.System, NullLogger<HashEngine>.Instance);

    public static SearchSlice Slice(ulong count, uint first = 0, ulong generation = 1, Target? target = null, Seed? seed = null) => new()
    {
        Generation = generation,
        Algorithm = Algorithm.RandomX,
        Seed = seed ?? SeedA,
        Blob = [.. Enumerable.Range(0, 76).Select(i => (byte)i)],
        NonceOffset = 39,
        Range = new(first, count),
        Target = target ?? Target.Easiest,
    };

    public static byte[] BlobWith(SearchSlice slice, uint nonce)
    {
        var blob = slice.Blob.ToArray();
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(slice.NonceOffset), nonce);
        return blob;
    }
}
