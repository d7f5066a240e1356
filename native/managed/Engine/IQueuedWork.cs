namespace P2PMiner.Native;

/// <summary>What a hashing thread takes from a queue and does in one go.</summary>
internal interface IQueuedWork
{
    ulong Generation { get; }

    bool IsFor(DatasetBuild build);

    /// <summary>Does it on the thread's own context; ends early, keeping what is done, once the thread's flag is raised.</summary>
    /// <returns>Hashes done.</returns>
    ulong Run(HashThread thread, TimeProvider clock);

    void Complete();

    void Fail(Exception exception);

    /// <summary>Ends it with nothing done.</summary>
    void GiveBack();
}
