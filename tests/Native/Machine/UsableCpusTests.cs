namespace P2PMiner.Native;

public sealed class UsableCpusTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("p2p-cpus-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("0-1", "0-127", new[] { 0, 1 })]
    [InlineData("0-7", "2,4-5", new[] { 2, 4, 5 })]
    [InlineData(null, "0-3", new[] { 0, 1, 2, 3 })]
    [InlineData("0-3", null, new[] { 0, 1, 2, 3 })]
    [InlineData(null, null, new int[0])]
    [InlineData("rubbish", "rubbish", new int[0])]
    public void Read_OnlineAndAllowed_AreWhatBothHave(string? online, string? allowed, int[] expected)
    {
        Put("sys/devices/system/cpu/online", online is null ? null : online + "\n");
        Put("proc/self/status", allowed is null ? null : $"Name:\tx\nCpus_allowed:\tff\nCpus_allowed_list:\t{allowed}\nMems_allowed_list:\t0\n");

        Assert.Equal(expected, UsableCpus.Read(_root));
    }

    [Fact]
    public void Read_ThisMachine_HasAsManyAsDotNetCounts() => Assert.InRange(UsableCpus.Read().Count, Environment.ProcessorCount, CpuList.MaxCpu);

    [Theory]
    [InlineData(null, null)]
    [InlineData("0,1", null)]
    [InlineData("0-99", "CPUs 2-99 of --cpu-affinity are not there and left out: p2p-miner may use 2 CPUs (0-1)")]
    [InlineData("7,1", "CPU 7 of --cpu-affinity is not there and left out: p2p-miner may use 2 CPUs (0-1)")]
    public void Warnings_OfAffinity_NameWhatIsMissing(string? affinity, string? expected)
        => Assert.Equal(expected is null ? [] : [expected], UsableCpus.Warnings(new() { CpuAffinity = affinity }, [0, 1]));

    [Theory]
    [InlineData(2, null)]
    [InlineData(99, "99 hashing threads take turns on 2 CPUs and hash no faster than 2")]
    public void Warnings_OfThreads_CompareThemWithTheCpus(int threads, string? expected)
        => Assert.Equal(expected is null ? [] : [expected], UsableCpus.Warnings(new() { Threads = threads, CpuAffinity = "1,0" }, [0, 1, 2, 3]));

    [Theory]
    [InlineData("50-99", "CpuAffinity: '50-99' (--cpu-affinity) names no CPU that is there: p2p-miner may use 2 CPUs (0-1)")]
    [InlineData("1-99", null)]
    [InlineData(null, null)]
    public void Validate_NoneOfThemThere_IsRefused(string? affinity, string? expected)
        => Assert.Equal(expected, AffinityValidator.Validate(new() { CpuAffinity = affinity }, [0, 1]).FailureMessage);

    [Fact]
    public void Split_MachineThatTellsNothing_TakesThemAsTheyAre()
    {
        var (there, missing) = UsableCpus.Split(new() { CpuAffinity = "5,3" }, []);

        Assert.Equal([5, 3], there);
        Assert.Empty(missing);
    }

    [Theory]
    [InlineData(new int[0], "")]
    [InlineData(new[] { 4 }, "4")]
    [InlineData(new[] { 0, 1, 2, 5, 7, 8 }, "0-2,5,7-8")]
    public void Format_Numbers_AreRuns(int[] cpus, string expected) => Assert.Equal(expected, CpuList.Format(cpus));

    private void Put(string path, string? text)
    {
        if (text is not null)
        {
            var file = Path.Combine(_root, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }
    }
}
