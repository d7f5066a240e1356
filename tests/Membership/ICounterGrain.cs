namespace P2PMiner.Membership.Tests;

/// <summary>Remembers in memory alone: a count that starts anew tells of an activation that was lost.</summary>
internal interface ICounterGrain : IGrainWithIntegerKey
{
    Task<int> NextAsync();

    Task<SiloAddress> WhereAsync();
}

internal sealed class CounterGrain(ILocalSiloDetails silo) : Grain, ICounterGrain
{
    private int _count;

    public Task<int> NextAsync() => Task.FromResult(++_count);

    public Task<SiloAddress> WhereAsync() => Task.FromResult(silo.SiloAddress);
}
