using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.Web;

/// <summary>Logs where the web page is served, and warns if others could read its traffic.</summary>
internal sealed class WebAddress(IServer server, IOptions<WebOptions> options, ILogger<WebAddress> log) : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        foreach (var address in server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
        {
            log.Line($"{"WEB",-12} {address}");
            if (!IPAddress.IsLoopback(options.Value.GetBindAddress()) && address.StartsWith("http:", StringComparison.Ordinal))
            {
                log.PlainHttp(address);
            }
        }

        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
