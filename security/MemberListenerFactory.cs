using System.Net;
using Microsoft.AspNetCore.Connections;

namespace P2PMiner.Security;

/// <summary>Makes the ports on which Orleans listens: only members get as far as Orleans.</summary>
internal sealed class MemberListenerFactory(MutualTls tls) : IConnectionListenerFactory
{
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
        => new(new Listener(tls.Listen((IPEndPoint)endpoint)));

    private sealed class Listener(MemberListener members) : IConnectionListener
    {
        public EndPoint EndPoint => members.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
            => await members.NextAsync(cancellationToken) is { } member ? new MemberConnection(member, members.EndPoint) : null;

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => members.DisposeAsync();

        public ValueTask DisposeAsync() => members.DisposeAsync();
    }
}
