namespace P2PMiner.Native;

/// <summary>
/// Threads, as many as will hash, that do the same at the same time, so that all compete for caches and memory as they will when mining.
/// For one caller at a time.
/// </summary>
internal sealed class MeasuringTeam : IDisposable
{
    private readonly Barrier _barrier;
    private readonly Thread[] _threads;
    private Action<int>? _task;
    private Exception? _failure;

    /// <param name="settle">Called on each thread with its number before anything else: priority and CPU.</param>
    public MeasuringTeam(int threads, Action<int> settle)
    {
        _barrier = new(threads + 1);
        _threads = [.. Enumerable.Range(0, threads).Select(index => new Thread(() => Run(index, settle)) { Name = $"measure-{index}", IsBackground = true })];
        foreach (var thread in _threads)
        {
            thread.Start();
        }
    }

    public int Threads => _threads.Length;

    /// <param name="task">Called on each thread with its number, after all of them are there.</param>
    /// <exception cref="HashEngineException">It failed on one of them, now or earlier.</exception>
    public void Perform(Action<int> task)
    {
        Meet(task);
        if (_failure is { } failure)
        {
            throw new HashEngineException(failure.Message);
        }
    }

    public void Dispose()
    {
        Meet(null);
        foreach (var thread in _threads)
        {
            thread.Join();
        }

        _barrier.Dispose();
    }

    private void Meet(Action<int>? task)
    {
        _task = task;
        _barrier.SignalAndWait();
        _barrier.SignalAndWait();
    }

    private void Run(int index, Action<int> settle)
    {
        Try(settle, index);
        bool isOver;
        do
        {
            _barrier.SignalAndWait();
            isOver = _task is null;
            if (_task is { } task && _failure is null)
            {
                Try(task, index);
            }

            _barrier.SignalAndWait();
        }
        while (!isOver);
    }

    private void Try(Action<int> task, int index)
    {
        try
        {
            task(index);
        }
        catch (Exception e)
        {
            // The outer edge of the thread: the one that measures gets it. The others wait at the barrier for this one all the same.
            _failure = e;
        }
    }
}
