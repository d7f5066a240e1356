using System.Threading.Channels;

namespace P2PMiner.Benchmarks;

/// <summary>
/// What a child process is told on its standard input. Read at all times, so that a child whose parent is gone ends, whatever it is at.
/// </summary>
internal static class ChildOrders
{
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(5);

    public static IAsyncEnumerable<string> ReadAllAsync()
    {
        var orders = Channel.CreateUnbounded<string>();
        new Thread(() =>
        {
            while (Console.In.ReadLine() is { } line)
            {
                orders.Writer.TryWrite(line);
            }

            orders.Writer.Complete();
            _ = EndAsync();
        })
        { IsBackground = true }.Start();
        return orders.Reader.ReadAllAsync();
    }

    private static async Task EndAsync()
    {
        await Task.Delay(EndWithin);
        Environment.Exit(1);
    }
}
