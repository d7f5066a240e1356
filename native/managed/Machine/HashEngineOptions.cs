using System.ComponentModel.DataAnnotations;
using P2PMiner.Peers;

namespace P2PMiner.Native;

/// <summary>How this node hashes.</summary>
public sealed class HashEngineOptions
{
    public const string Section = "Hashing";

    /// <summary>Hashing threads; null: as many as cores and L3 cache allow.</summary>
    [Range(1, PeerCapabilities.MaxThreads)]
    public int? Threads { get; set; }

    /// <summary>
    /// Most memory for datasets and scratchpads, in MiB; null: what is free. RandomX needs <see cref="LeastForRandomX"/>.
    /// </summary>
    [Range(2, 16 * 1024 * 1024)]
    public int? RamMegabytes { get; set; }

    /// <summary>Threads that hash for nodes with too little memory; 0: none. Null: as many as there are CPUs without a hashing thread.</summary>
    [Range(0, PeerCapabilities.MaxThreads)]
    public int? GuestThreads { get; set; }

    public RandomXMode RandomXMode { get; set; } = RandomXMode.Auto;

    /// <summary>CPUs the hashing threads are bound to in turn, such as "0-3,8"; null or empty: no binding.</summary>
    [CpuListText]
    public string? CpuAffinity { get; set; }

    /// <summary>Use 2 MiB pages as far as the system has them.</summary>
    public bool HugePages { get; set; } = true;

    /// <summary>
    /// Use 1 GB pages for a dataset, before those of 2 MiB. Default true: there are none unless the owner set them aside, and then most
    /// often for this. Not without <see cref="HugePages"/>.
    /// </summary>
    public bool GiantPages { get; set; } = true;

    /// <summary>
    /// On machines with several NUMA nodes: hold the dataset once for each where the memory allows it, and bind the hashing threads to the
    /// nodes in turn, unless <see cref="CpuAffinity"/> does.
    /// </summary>
    public bool Numa { get; set; } = true;

    /// <summary>
    /// Before GhostRider is mined for the first time, for some 10 s, or RandomX in fast mode, for 5 s, measure how many hashes a thread
    /// does best at once, and keep that in the data folder. False: take a guess.
    /// </summary>
    public bool Tune { get; set; } = true;

    /// <summary>Of <see cref="RamMegabytes"/>: the cache that every mode of RandomX has.</summary>
    public const int LeastForRandomX = (int)(RandomXItems.CacheBytes / HostMemory.MiB);

    internal long? RamBytes => RamMegabytes * HostMemory.MiB;

    /// <summary>
    /// Nice value of the hashing threads, 0..19. Default 10: they take every idle cycle, and a thread of the silo that wakes up
    /// outweighs one of them about nine to one.
    /// </summary>
    [Range(0, 19)]
    public int Niceness { get; set; } = 10;
}
