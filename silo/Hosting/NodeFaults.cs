using P2PMiner.Grains.Hashing;

namespace P2PMiner.Silo.Hosting;

/// <summary>Ends the program once this node turns out to hash wrongly. Any thread.</summary>
internal sealed class NodeFaults(IHostApplicationLifetime application, ILogger<NodeFaults> log) : INodeFaults
{
    private string? _first;

    /// <summary>Null: none was reported.</summary>
    public string? First => Volatile.Read(ref _first);

    public void Report(string fault)
    {
        if (Interlocked.CompareExchange(ref _first, fault, null) is null)
        {
            log.HashesWrongly(fault);
            application.StopApplication();
        }
    }
}
