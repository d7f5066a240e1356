namespace P2PMiner.Grains.Tests.Peers;

/// <summary>
/// Stands for the scheduler of an activation: what goes on after an await waits here, and runs one after the other when the test says so.
/// </summary>
internal sealed class Turns : SynchronizationContext, IDisposable
{
    private readonly Queue<(SendOrPostCallback Run, object? State)> _waiting = new();
    private readonly SynchronizationContext? _before = Current;

    public Turns() => SetSynchronizationContext(this);

    public override void Post(SendOrPostCallback d, object? state) => _waiting.Enqueue((d, state));

    public void Run()
    {
        while (_waiting.TryDequeue(out var turn))
        {
            turn.Run(turn.State);
        }
    }

    public void Dispose() => SetSynchronizationContext(_before);
}
