using System.Runtime.InteropServices;
using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>The <c>p2ph_rx_fetch</c> of the native header.</summary>
internal enum RandomXFetch
{
    /// <summary>Items are fetched past the outer caches where the processor can do that.</summary>
    Nta = 0,

    /// <summary>Into all caches.</summary>
    T0 = 1,
}

/// <summary>The <c>p2ph_rx_shape</c> of the native header: how one thread hashes RandomX.</summary>
/// <param name="Machines">Hashes that a thread works on at once, 1..16; each has a scratchpad.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct RandomXShape(uint Machines, RandomXFetch Fetch)
{
    public const long ScratchpadBytes = 2 << 20;

    /// <summary>The <c>P2PH_RX_MACHINES_MAX</c> of the native header.</summary>
    public const uint MachinesMax = 16;

    /// <summary>For single hashes.</summary>
    public static RandomXShape Single { get; } = new(1, RandomXFetch.Nta);

    /// <summary>The most that the context of one thread takes: scratchpads, and a page for code and states.</summary>
    public long PadBytes => PadBytesOf(Machines);

    public static long PadBytesOf(uint machines) => (machines + 1) * ScratchpadBytes;

    /// <summary>Without measuring.</summary>
    /// <param name="items">Of the dataset, in memory.</param>
    /// <exception cref="HashEngineException">The environment forces a kernel that this machine has not.</exception>
    public static RandomXShape Guess(Algorithm algorithm, ulong items)
    {
        NativeMethods.RandomXGuess(algorithm, items, out var shape).ThrowIfFailed($"choose how to hash {algorithm.WireName()}");
        return shape;
    }

    /// <summary>"4 hashes at once", and how they fetch where it is not the usual way. Not "machines": to a person those are computers.</summary>
    public override string ToString() => $"{(Machines == 1 ? "1 hash" : $"{Machines} hashes")} at once{(Fetch == RandomXFetch.T0 ? ", fetch t0" : "")}";
}
