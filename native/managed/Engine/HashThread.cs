using System.Collections.Immutable;
using System.Runtime.InteropServices;
using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>What one hashing thread owns: its context, its cancel flag and its room for hits, all taken once.</summary>
internal sealed unsafe class HashThread : IDisposable
{
    private const int HitCapacity = 1024;
    private const int CacheLine = 64;

    private readonly byte* _room;
    private readonly bool _hugePages;

    /// <summary>Inputs of <see cref="Hash"/>, one behind the other.</summary>
    private byte[] _inputs = [];

    /// <param name="isGuest">It works for other nodes.</param>
    public HashThread(int index, TimeProvider clock, bool hugePages, bool isGuest = false)
    {
        (Index, IsGuest) = (index, isGuest);
        _hugePages = hugePages;
        Rate = new(clock);

        // One block, so that no other thread's flag shares the cache line of this one.
        var bytes = (nuint)(CacheLine + NativeMethods.BlobBytesMax + HitCapacity * sizeof(NativeHit));
        _room = (byte*)NativeMemory.AlignedAlloc(bytes, CacheLine);
        NativeMemory.Clear(_room, bytes);
    }

    public int Index { get; }

    public bool IsGuest { get; }

    public string Name => IsGuest ? $"hash-guest-{Index}" : $"hash-{Index}";

    public RateMeter Rate { get; }

    /// <summary>What it works on; set and read under the engine's lock.</summary>
    public IQueuedWork? Running { get; set; }

    public HashContextHandle? Context { get; private set; }

    public NativeMemoryUse ContextMemory => Context?.Memory ?? default;

    public ChunkPace Pace { get; } = new();

    private int* CancelFlag => (int*)_room;

    private byte* Blob => _room + CacheLine;

    private NativeHit* Hits => (NativeHit*)(_room + CacheLine + NativeMethods.BlobBytesMax);

    /// <summary>
    /// Ends the running search within one hash, or 50 ms if it works on several at once, and any later one until <see cref="AllowSearch"/>.
    /// </summary>
    public void Cancel() => Volatile.Write(ref *CancelFlag, 1);

    public bool IsCancelled => Volatile.Read(ref *CancelFlag) != 0;

    public void AllowSearch() => Volatile.Write(ref *CancelFlag, 0);

    public bool HasContextOf(HashDatasetHandle dataset) => Context?.IsOf(dataset) == true;

    /// <summary>Called by the thread itself, so that the memory is near its CPU.</summary>
    public void MakeContext(HashDatasetHandle dataset)
    {
        if (!HasContextOf(dataset))
        {
            DropContext();
            Context = HashContextHandle.Create(dataset, _hugePages);
        }
    }

    public void DropContext()
    {
        Context?.Dispose();
        Context = null;
    }

    public SliceResult Search(SearchSlice slice, TimeProvider clock)
    {
        if (slice.Blob.IsDefault || slice.Blob.Length > NativeMethods.BlobBytesMax || slice.NonceOffset < 0)
        {
            throw new HashEngineException($"a blob has at most {NativeMethods.BlobBytesMax} bytes and its nonce inside");
        }

        Rate.Start();
        var began = clock.GetTimestamp();
        slice.Blob.AsSpan().CopyTo(new Span<byte>(Blob, NativeMethods.BlobBytesMax));
        var target = stackalloc byte[Hash256.Size];
        slice.Target.Limit.CopyTo(new Span<byte>(target, Hash256.Size));

        var found = ImmutableArray<NonceHit>.Empty;
        var done = 0UL;
        nuint hitCount;
        do
        {
            NativeMethods.Search(Context!, Blob, (nuint)slice.Blob.Length, (nuint)slice.NonceOffset, (uint)(slice.Range.First + done),
                slice.Range.Count - done, target, CancelFlag, Hits, HitCapacity, out hitCount, out var hashed).ThrowIfFailed("search a slice");
            done += hashed;
            found = hitCount == 0 ? found : found.AddRange(Collect((int)hitCount));
        }
        while (hitCount == HitCapacity && done < slice.Range.Count);

        Rate.Add(done);
        return new() { HashesDone = done, Hits = found, Elapsed = clock.GetElapsedTime(began) };
    }

    /// <summary>
    /// Hashes inputs in order until <see cref="Cancel"/>: neighbours of equal length together, as many as the context works on at once.
    /// </summary>
    public ImmutableArray<Hash256> Hash(ImmutableArray<ImmutableArray<byte>> inputs)
    {
        Rate.Start();
        var hashes = ImmutableArray.CreateBuilder<Hash256>(inputs.Length);
        var atOnce = Context!.HashesAtOnce;
        var outputs = new byte[atOnce * Hash256.Size];
        for (var first = 0; first < inputs.Length && !IsCancelled; first = hashes.Count)
        {
            var inputBytes = inputs[first].Length;
            var count = 1;
            while (count < atOnce && first + count < inputs.Length && inputs[first + count].Length == inputBytes)
            {
                count++;
            }

            if (_inputs.Length < count * inputBytes)
            {
                _inputs = new byte[atOnce * inputBytes];
            }

            for (var i = 0; i < count; i++)
            {
                inputs[first + i].CopyTo(_inputs, i * inputBytes);
            }

            Context.HashMany(_inputs.AsSpan(0, count * inputBytes), inputBytes, outputs.AsSpan(0, count * Hash256.Size));
            for (var i = 0; i < count; i++)
            {
                hashes.Add(Hash256.FromBytes(outputs.AsSpan(i * Hash256.Size, Hash256.Size)));
            }
        }

        Rate.Add((ulong)hashes.Count);
        return hashes.ToImmutable();
    }

    public void Dispose()
    {
        DropContext();
        NativeMemory.AlignedFree(_room);
    }

    private ImmutableArray<NonceHit> Collect(int count)
    {
        var hits = new NonceHit[count];
        for (var i = 0; i < count; i++)
        {
            hits[i] = new(Hits[i].Nonce, Hash256.FromBytes(Hits[i].Hash));
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(hits);
    }
}
