namespace P2PMiner.Client;

/// <summary>
/// Ctrl-C: ends the running command, so that a watch ends in order and the prompt goes on; if no command runs, it ends the program.
/// </summary>
internal sealed class Interrupts
{
    private CancellationTokenSource? _running;

    public void Attach() => Console.CancelKeyPress += (_, pressed) => pressed.Cancel = Interrupt();

    /// <returns>False: nothing is running, or it was told already.</returns>
    public bool Interrupt()
    {
        if (Volatile.Read(ref _running) is not { IsCancellationRequested: false } running)
        {
            return false;
        }

        running.Cancel();
        return true;
    }

    public async Task RunAsync(Func<CancellationToken, Task> act)
    {
        // Not disposed: a Ctrl-C may be using it.
        var own = new CancellationTokenSource();
        Volatile.Write(ref _running, own);
        try
        {
            await act(own.Token);
        }
        finally
        {
            Volatile.Write(ref _running, null);
        }
    }
}
