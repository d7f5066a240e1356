using P2PMiner.Doctor;
using P2PMiner.Grains.Doctor;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Doctor;

/// <summary>
/// Examines the running node for whoever asks. On the thread pool, because it reads files and waits for connections; one examination at a time and none within
/// <see cref="Fresh"/> of the last one's beginning, so that a member who asks without end costs no more. Any thread.
/// </summary>
/// <param name="examine">One examination.</param>
internal sealed class NodeDoctor(ThisNode node, Mastership mastership, TimeProvider clock, Func<Task<IReadOnlyList<Finding>>> examine) : INodeDoctor
{
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private Task<IReadOnlyList<Finding>>? _last;
    private long _began;

    public async Task<NodeReport> ExamineAsync()
    {
        var findings = await LatestAsync();
        return new()
        {
            Node = node.Id,
            HostName = Environment.MachineName,
            Version = ProgramVersion.Text,
            UnixMs = clock.GetUtcNow().ToUnixTimeMilliseconds(),
            Master = mastership.Current.Master?.Node,
            Findings = findings,
        };
    }

    private Task<IReadOnlyList<Finding>> LatestAsync()
    {
        lock (_gate)
        {
            if (_last is null || (_last.IsCompleted && clock.GetElapsedTime(_began) >= Fresh))
            {
                _began = clock.GetTimestamp();
                _last = Task.Run(examine);
            }

            return _last;
        }
    }
}
