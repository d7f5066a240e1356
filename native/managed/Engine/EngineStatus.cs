using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>How the engine stands.</summary>
public sealed record EngineStatus
{
    /// <summary>Hashing threads in use.</summary>
    public required int Threads { get; init; }

    /// <summary>Of the prepared dataset, or the one being made; null before the first.</summary>
    public Algorithm? Algorithm { get; init; }

    public Seed? Seed { get; init; }

    /// <summary>None where the algorithm has no dataset or none is held.</summary>
    public DatasetMode DatasetMode { get; init; }

    /// <summary>What is being made before hashing can begin: "dataset", or "lane measurement".</summary>
    public string Stage { get; init; } = "dataset";

    /// <summary>Kernel and lanes of what is ready; "" where there is nothing to tell.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Hashes that a thread works on at once: a slice should hold a multiple.</summary>
    public int Lanes { get; init; } = 1;

    /// <summary>For GhostRider the same for each of the six CryptoNight variants, in the order of the native header; otherwise empty.</summary>
    public IReadOnlyList<int> VariantLanes { get; init; } = [];

    /// <summary>0..1 while the dataset is being made, 1 when ready.</summary>
    public double DatasetProgress { get; init; }

    /// <summary>Bytes held for cache, dataset and scratchpads.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>2 MiB pages that hold that memory, of how many it would take.</summary>
    public long HugePages { get; init; }

    public long HugePagesWanted { get; init; }

    /// <summary>1 GB pages among them; each counts as 512.</summary>
    public long GiantPages { get; init; }

    /// <summary>Of this machine, as far as the engine goes by them.</summary>
    public int NumaNodes { get; init; } = 1;

    /// <summary>How many times the dataset is held: once, or for each NUMA node.</summary>
    public int DatasetCopies { get; init; } = 1;

    public required HashRates Rates { get; init; }

    /// <summary>Threads for the slices of other nodes: the CPUs that <see cref="Threads"/> leaves idle.</summary>
    public int GuestThreads { get; init; }

    /// <summary>What they do; not part of <see cref="Rates"/>.</summary>
    public HashRates GuestRates { get; init; }

    /// <summary>10 s, 60 s and 15 min rates of each hashing thread, in order.</summary>
    public IReadOnlyList<HashRates> ThreadRates { get; init; } = [];
}
