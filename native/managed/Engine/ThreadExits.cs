namespace P2PMiner.Native;

/// <summary>Starts threads, and tells when all of them have ended. Not thread-safe: used under the engine's lock.</summary>
internal sealed class ThreadExits
{
    private readonly List<Task> _exits = [];

    /// <summary>Of the threads started until now.</summary>
    public Task All => Task.WhenAll([.. _exits]);

    public void Start(string name, Action body)
    {
        var exit = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _exits.RemoveAll(task => task.IsCompleted);
        _exits.Add(exit.Task);
        new Thread(() =>
        {
            try
            {
                body();
            }
            finally
            {
                exit.SetResult();
            }
        })
        { Name = name, IsBackground = true }.Start();
    }
}
