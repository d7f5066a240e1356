using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>
/// Single hashes on a thread of their own, at normal priority so that a share does not wait behind the mining. Borrows the engine's
/// dataset where the seed is the same, and otherwise keeps a light one of the last seed asked for.
/// </summary>
internal sealed class Verifier(Func<Algorithm, Seed, HashDatasetHandle?> findReady, bool hugePages) : IAsyncDisposable
{
    private const int MaxWaiting = 256;

    private readonly SemaphoreSlim _room = new(MaxWaiting);
    private readonly TaskCompletionSource _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly object _queueGate = new();
    private readonly Queue<Request> _queue = new();
    private Thread? _thread;
    private bool _stopping;

    private readonly Lock _contextGate = new();
    private HashContextHandle? _context;
    private HashDatasetHandle? _own;
    private (Algorithm Algorithm, Seed Seed)? _ownOf;

    /// <summary>Of the own light dataset and the context.</summary>
    public NativeMemoryUse Memory { get; private set; }

    public async ValueTask<Hash256> HashAsync(Algorithm algorithm, Seed seed, ReadOnlyMemory<byte> input, CancellationToken cancellation)
    {
        await _room.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var request = new Request(algorithm, seed, input, cancellation);
            lock (_queueGate)
            {
                ObjectDisposedException.ThrowIf(_stopping, this);
                if (_thread is null)
                {
                    _thread = new Thread(Run) { Name = "hash-verify", IsBackground = true };
                    _thread.Start();
                }

                _queue.Enqueue(request);
                Monitor.Pulse(_queueGate);
            }

            return await request.Task.ConfigureAwait(false);
        }
        finally
        {
            _room.Release();
        }
    }

    /// <summary>Stops using a dataset that the engine is about to free; waits for a hash in progress.</summary>
    public void Release(HashDatasetHandle dataset)
    {
        lock (_contextGate)
        {
            if (_context?.IsOf(dataset) == true)
            {
                DropContext();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_queueGate)
        {
            _stopping = true;
            Monitor.Pulse(_queueGate);
            if (_thread is null)
            {
                _exit.TrySetResult();
            }
        }

        await _exit.Task.ConfigureAwait(false);
    }

    private void Run()
    {
        while (TryTake(out var request))
        {
            if (request.Cancellation.IsCancellationRequested)
            {
                request.TrySetCanceled(request.Cancellation);
                continue;
            }

            try
            {
                lock (_contextGate)
                {
                    request.TrySetResult(ContextFor(request.Algorithm, request.Seed).Hash(request.Input.Span));
                }
            }
            catch (Exception e)
            {
                // The outer edge of the thread: the waiting caller gets it.
                request.TrySetException(e);
            }
        }

        lock (_contextGate)
        {
            DropContext();
            DropOwn();
        }

        _exit.SetResult();
    }

    private bool TryTake(out Request request)
    {
        lock (_queueGate)
        {
            while (!_stopping)
            {
                if (_queue.TryDequeue(out request!))
                {
                    return true;
                }

                Monitor.Wait(_queueGate);
            }

            while (_queue.TryDequeue(out var left))
            {
                left.TrySetCanceled();
            }

            request = null!;
            return false;
        }
    }

    private HashContextHandle ContextFor(Algorithm algorithm, Seed seed)
    {
        var dataset = findReady(algorithm, seed);
        if (dataset is not null)
        {
            if (_context?.IsOf(dataset) != true)
            {
                DropContext();
                DropOwn();
            }
        }
        else if (_ownOf == (algorithm, seed))
        {
            dataset = _own!;
        }
        else
        {
            DropContext();
            DropOwn();
            dataset = MakeOwn(algorithm, seed);
        }

        if (_context?.IsOf(dataset) != true)
        {
            DropContext();
            _context = HashContextHandle.CreateSingle(dataset, hugePages);
            Memory = _context.Memory + (_own?.Memory ?? default);
        }

        return _context;
    }

    private HashDatasetHandle MakeOwn(Algorithm algorithm, Seed seed)
    {
        SelfTest.Run(algorithm);
        HashDatasetHandle.TryCreate(algorithm, seed, RandomXItems.None, hugePages, out var dataset)
            .ThrowIfFailed($"make the {algorithm.WireName()} dataset for verification");
        dataset.Finish();
        (_own, _ownOf) = (dataset, (algorithm, seed));
        return dataset;
    }

    private void DropContext()
    {
        _context?.Dispose();
        _context = null;
        Memory = default;
    }

    private void DropOwn()
    {
        _own?.Dispose();
        (_own, _ownOf) = (null, null);
    }

    private sealed class Request(Algorithm algorithm, Seed seed, ReadOnlyMemory<byte> input, CancellationToken cancellation)
        : TaskCompletionSource<Hash256>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public Algorithm Algorithm { get; } = algorithm;

        public Seed Seed { get; } = seed;

        public ReadOnlyMemory<byte> Input { get; } = input;

        public CancellationToken Cancellation { get; } = cancellation;
    }
}
