using System.Collections.Immutable;
using System.Reflection;
using System.Text;
using P2PMiner.Hashing;
using P2PMiner.Peers;

namespace P2PMiner.Native;

/// <summary>Asks the machine what it is.</summary>
public static class HostCapabilities
{
    /// <summary>In the order of the P2PH_CPU_* bits of the native header.</summary>
    private static readonly string[] FeatureNames =
        ["aes", "ssse3", "sse4.1", "avx", "avx2", "bmi2", "sha", "gfni", "vaes", "avx512f", "avx512bw", "avx512vl", "avx512ifma"];

    /// <summary>A few milliseconds: reads /proc and /sys.</summary>
    /// <param name="options">Its threads and RAM are reported where they are set, instead of what is found.</param>
    public static PeerCapabilities Detect(Algorithm algorithm, HashEngineOptions options)
    {
        NativeMethods.CpuInfo(out var cpu).ThrowIfFailed("ask for the CPU");
        var caches = CpuCaches.Read();
        var memory = HostMemory.Read();
        return new()
        {
            HostName = Environment.MachineName,
            Cpu = BrandOf(cpu),
            Cores = Environment.ProcessorCount,
            Threads = options.Threads ?? ThreadCount.Auto(algorithm, Environment.ProcessorCount, caches.L3Bytes),
            L2Bytes = caches.L2Bytes,
            L3Bytes = caches.L3Bytes,
            RamTotalBytes = memory.TotalBytes,
            RamUsableBytes = Math.Min(memory.TotalBytes, options.RamMegabytes * HostMemory.MiB ?? memory.AvailableBytes + memory.ReservedFor(options)),
            Isa = [.. FeatureNames.Where((_, bit) => (cpu.Features >> bit & 1) != 0)],
            Version = typeof(HostCapabilities).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
            Algorithms = [algorithm],
            NumaNodes = options.Numa ? NumaMachine.Nodes : 1,
        };
    }

    private static string BrandOf(in NativeCpu cpu)
    {
        ReadOnlySpan<byte> brand = cpu.Brand;
        var end = brand.IndexOf((byte)0);
        var text = Encoding.ASCII.GetString(end < 0 ? brand : brand[..end]).Trim();
        return text.Length > 0 ? text : System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString();
    }
}
