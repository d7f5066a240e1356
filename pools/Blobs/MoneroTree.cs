using System.Numerics;
using P2PMiner.Hashing;
using P2PMiner.Native;

namespace P2PMiner.Pools.Blobs;

/// <summary>
/// The tree hash of CryptoNote, seen from its first leaf, the miner transaction. With cnt the largest power of two up to the number of leaves n,
/// the first 2 cnt - n leaves stay and the others are hashed in pairs; what results are the cnt leaves of a full binary tree.
/// </summary>
internal static class MoneroTree
{
    /// <summary>The siblings on the way from the first leaf to the root. The others are the leaves after the first, 32 bytes each.</summary>
    public static Hash256[] FirstLeafBranch(ReadOnlySpan<byte> others)
    {
        var n = others.Length / Hash256.Size + 1;
        var level = new Hash256[1 << BitOperations.Log2((uint)n)];
        var kept = 2 * level.Length - n;   // at least 1, so that the first leaf never has a partner outside the full tree
        for (var i = 1; i < kept; i++)
        {
            level[i] = Leaf(others, i);
        }

        for (var i = kept; i < level.Length; i++)
        {
            var first = kept + 2 * (i - kept);
            level[i] = Pair(Leaf(others, first), Leaf(others, first + 1));
        }

        var branch = new Hash256[BitOperations.Log2((uint)level.Length)];
        for (var (depth, size) = (0, level.Length); size > 1; depth++, size /= 2)
        {
            branch[depth] = level[1];
            for (var i = 1; i < size / 2; i++)
            {
                level[i] = Pair(level[2 * i], level[2 * i + 1]);
            }
        }

        return branch;
    }

    public static Hash256 Root(Hash256 firstLeaf, ReadOnlySpan<Hash256> branch)
    {
        var root = firstLeaf;
        foreach (var sibling in branch)
        {
            root = Pair(root, sibling);
        }

        return root;
    }

    private static Hash256 Leaf(ReadOnlySpan<byte> others, int index) =>
        Hash256.FromBytes(others.Slice((index - 1) * Hash256.Size, Hash256.Size));

    private static Hash256 Pair(Hash256 left, Hash256 right)
    {
        Span<byte> both = stackalloc byte[2 * Hash256.Size];
        left.CopyTo(both);
        right.CopyTo(both[Hash256.Size..]);
        return Keccak256.Hash(both);
    }
}
