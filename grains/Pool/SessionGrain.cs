using Orleans.Concurrency;
using P2PMiner.Pool;

namespace P2PMiner.Grains.Pool;

/// <summary>See <see cref="ISessionGrain"/>.</summary>
[StatelessWorker(1), Reentrant]
internal sealed class SessionGrain(CurrentSession session) : Grain, ISessionGrain
{
    public ValueTask<string?> GetNameAsync() => ValueTask.FromResult(session.Name);
}
