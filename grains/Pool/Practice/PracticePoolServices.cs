using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using P2PMiner.Native;

namespace P2PMiner.Grains.Pool.Practice;

public static class PracticePoolServices
{
    /// <summary>
    /// The practice pool as a singleton, which listens where <see cref="PoolOptions.Practice"/> says so: before any hosted service starts, so that its
    /// Endpoint is known to all of them. Needs an <see cref="IHashEngine"/> and the pool options.
    /// </summary>
    public static IServiceCollection AddPracticePool(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new PracticePool(
            provider.GetRequiredService<IOptions<PracticePoolOptions>>().Value, provider.GetRequiredService<IHashEngine>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<PracticePool>>()));
        return services.AddHostedService<PracticePoolStart>();
    }

    private sealed class PracticePoolStart(PracticePool pool, IOptions<PoolOptions> options) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken)
        {
            if (options.Value.Practice)
            {
                pool.Start();
            }

            return Task.CompletedTask;
        }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        // After all others, so that the miner's last shares find it still open.
        public Task StoppedAsync(CancellationToken cancellationToken) => pool.DisposeAsync().AsTask();
    }
}
