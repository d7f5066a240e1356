namespace P2PMiner.Native;

/// <summary>Work without hashing, for one seed, that keeps how it ended.</summary>
internal sealed class FakeWork(ulong generation = 0, DatasetBuild? build = null) : IQueuedWork
{
    public ulong Generation => generation;

    /// <summary>"", "complete", "given back", or what it failed with.</summary>
    public string End { get; private set; } = "";

    public bool IsFor(DatasetBuild other) => build is null || build == other;

    public ulong Run(HashThread thread, TimeProvider clock) => 0;

    public void Complete() => End = "complete";

    public void Fail(Exception exception) => End = exception.Message;

    public void GiveBack() => End = "given back";
}
