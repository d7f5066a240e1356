namespace P2PMiner.Pools.Connections;

/// <summary>The pool asked us to come back at another address of its own domain. Ends the connection, but is not a failure.</summary>
internal sealed class PoolRedirectException(PoolUrl target) : Exception($"the pool asks to reconnect to {target.Authority}")
{
    public PoolUrl Target { get; } = target;
}
