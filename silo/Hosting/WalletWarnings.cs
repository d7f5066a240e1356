using Microsoft.Extensions.Options;
using P2PMiner.Doctor;
using P2PMiner.Grains.Pool;
using P2PMiner.Hashing;
using P2PMiner.Silo.Doctor;

namespace P2PMiner.Silo.Hosting;

/// <summary>
/// Tells at the start, after the banner, of pool users that do not look like a wallet. Never more than that: a pool may give its users names, or pay another
/// coin.
/// </summary>
internal sealed class WalletWarnings(IOptions<PoolOptions> pool, MiningAlgorithms algorithms, ILogger<WalletWarnings> log) : IHostedService
{
    public static void Tell(PoolOptions pool, Algorithm algorithm, ILogger log)
    {
        foreach (var found in WalletCheck.Examine(pool, algorithm).Where(found => found.Severity != FindingSeverity.Ok))
        {
            if (found.IsWrong)
            {
                log.WalletDoubtful(found.Text);
            }
            else
            {
                log.WalletUnknown(found.Text);
            }
        }
    }

    public Task StartAsync(CancellationToken cancellation)
    {
        Tell(pool.Value, algorithms.Preferred[0], log);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellation) => Task.CompletedTask;
}
