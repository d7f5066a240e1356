using System.Buffers;

namespace P2PMiner.Pools.Tests.Stratum;

/// <summary>A sequence of several pieces, as a network gives them.</summary>
internal sealed class Segments : ReadOnlySequenceSegment<byte>
{
    private Segments(byte[] bytes) => Memory = bytes;

    public static ReadOnlySequence<byte> Join(IReadOnlyList<byte[]> pieces)
    {
        if (pieces.Count == 0)
        {
            return ReadOnlySequence<byte>.Empty;
        }

        var first = new Segments(pieces[0]);
        var last = first;
        foreach (var piece in pieces.Skip(1))
        {
            var next = new Segments(piece) { RunningIndex = last.RunningIndex + last.Memory.Length };
            last.Next = next;
            last = next;
        }

        return new(first, 0, last, last.Memory.Length);
    }
}
