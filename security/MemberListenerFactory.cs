using System.Net;
using Microsoft.AspNetCore.Connections;

namespace P2PMiner.Security;

/// <summary>Makes the ports on which Orleans listens: only members get as far as Orleans.</summary>
/// <param name="console">Its connections come beside those at the gateway's port; null: none.</param>
internal sealed class MemberListenerFactory(MutualTls tls, ConsoleSocket? console) : IConnectionListenerFactory
{
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
        => new(new Listener(tls.Listen((IPEndPoint)endpoint), ((IPEndPoint)endpoint).Port == console?.GatewayPort ? console : null));

    private sealed class Listener(MemberListener members, ConsoleSocket? console) : IConnectionListener
    {
        private readonly CancellationTokenSource _stop = new();

        // A wait that is not over goes on in the next call: a connection that it brings must not be lost.
        private Task<ConnectionContext?>? _member;
        private Task<ConnectionContext?>? _local;

        public EndPoint EndPoint => members.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            if (console is null)
            {
                return await NextMemberAsync(cancellationToken);
            }

            _member ??= NextMemberAsync(_stop.Token);
            _local ??= NextLocalAsync(console);
            if (await Task.WhenAny(_member, _local).WaitAsync(cancellationToken) is var first && first == _local)
            {
                _local = null;
            }
            else
            {
                _member = null;
            }

            return await first;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => DisposeAsync();

        public async ValueTask DisposeAsync()
        {
            // In this order: Accept returns null, as is expected of it.
            await members.DisposeAsync();
            await _stop.CancelAsync();
            if (_local is { IsCompletedSuccessfully: true } left && await left is { } connection)
            {
                await connection.DisposeAsync();
            }
        }

        /// <summary>Null: the port is closed. It may come before the members' null, and is no failure either.</summary>
        private async Task<ConnectionContext?> NextLocalAsync(ConsoleSocket from)
        {
            try
            {
                return await from.NextAsync(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
        }

        private async Task<ConnectionContext?> NextMemberAsync(CancellationToken cancellation)
            => await members.NextAsync(cancellation) is { } member ? new MemberConnection(member.Stream, member.From, members.EndPoint) : null;
    }
}
