using System.Globalization;
using P2PMiner.Hashing;
using static P2PMiner.Native.EngineFixture;

namespace P2PMiner.Native;

public sealed class HashThreadTests
{
    [Fact]
    public void Search_NoHits_AllocatesNothing()
    {
        HashDatasetHandle.TryCreate(Algorithm.RandomX, SeedA, RandomXItems.None, hugePages: true, out var dataset).ThrowIfFailed("test");
        dataset.Finish();
        using var thread = new HashThread(0, TimeProvider.System, hugePages: true);
        thread.MakeContext(dataset);
        var slice = Slice(3, target: new Target());
        Assert.Equal(3UL, thread.Search(slice, TimeProvider.System).HashesDone);
        var before = GC.GetAllocatedBytesForCurrentThread();

        thread.Search(slice, TimeProvider.System);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        dataset.Dispose();
    }

    [Fact]
    public async Task Threads_NicenessAndAffinity_AreApplied()
    {
        await using var engine = Engine(new() { Threads = 1, RandomXMode = RandomXMode.Light, Niceness = 7, CpuAffinity = "0" });
        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);

        // Field 19 of stat is the nice value, counted behind the name in brackets.
        Assert.Contains(Directory.GetDirectories("/proc/self/task"), task => Read(task, "comm").Trim() == "hash-0"
            && Read(task, "stat").Split(") ")[^1].Split(' ') is { Length: > 16 } fields && fields[16] == "7"
            && Read(task, "status").Contains("Cpus_allowed_list:\t0\n"));
    }

    /// <summary>The kernel gives memory near the thread that touches it first, and counts for each thread how many pages it was given.</summary>
    [Fact]
    public async Task Threads_TheirContexts_AreTouchedByThemselves()
    {
        Assert.SkipWhen(Read("/sys/kernel/mm/transparent_hugepage", "enabled").Contains("[always]"), "the system gives huge pages to those who did not ask");
        await using var engine = Engine(new() { Threads = 6, RandomXMode = RandomXMode.Light, HugePages = false });
        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);

        // Field 10 of stat is the number of minor faults. The first threads may be those of other tests.
        var pages = RandomXShape.Guess(Algorithm.RandomX, RandomXItems.None).PadBytes / Environment.SystemPageSize;
        var faults = Directory.GetDirectories("/proc/self/task").Where(task => Read(task, "comm").Trim() is "hash-3" or "hash-4" or "hash-5")
            .Select(task => Read(task, "stat").Split(") ")[^1].Split(' ') is { Length: > 7 } fields
                ? long.Parse(fields[7], CultureInfo.InvariantCulture) : 0).ToList();
        Assert.Equal(3, faults.Count);
        Assert.True(faults.TrueForAll(count => count >= pages), $"a context has {pages} pages; the threads were given {string.Join(", ", faults)}");
    }

    /// <summary>Threads of other tests come and go meanwhile.</summary>
    private static string Read(string task, string name)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, name));
        }
        catch (IOException)
        {
            return "";
        }
    }
}
