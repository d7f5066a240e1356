using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using P2PMiner.Native;

namespace P2PMiner.Pools.Practice;

public static class PracticePoolServices
{
    /// <summary>Section "PracticePool", checked at the start.</summary>
    public static IServiceCollection AddPracticePoolOptions(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<PracticePoolOptions, PracticePoolOptionsValidator>().BindConfiguration(PracticePoolOptions.Section);
        return services;
    }

    /// <summary>
    /// The practice pool as a singleton, which listens before any hosted service starts, so that its Endpoint is known to all of them. Needs an
    /// <see cref="IHashEngine"/> and <see cref="AddPracticePoolOptions"/>.
    /// </summary>
    /// <param name="isWanted">Asked at the start: whether it listens at all.</param>
    public static IServiceCollection AddPracticePool(this IServiceCollection services, Func<IServiceProvider, bool> isWanted)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new PracticePool(
            provider.GetRequiredService<IOptions<PracticePoolOptions>>().Value, provider.GetRequiredService<IHashEngine>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<PracticePool>>()));
        return services.AddHostedService(provider => new PracticePoolStart(provider.GetRequiredService<PracticePool>(), isWanted(provider)));
    }

    private sealed class PracticePoolStart(PracticePool pool, bool isWanted) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken)
        {
            if (isWanted)
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
