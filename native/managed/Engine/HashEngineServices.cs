using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace P2PMiner.Native;

public static class HashEngineServices
{
    /// <summary>Section "Hashing", checked at the start.</summary>
    public static IServiceCollection AddHashEngineOptions(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<HashEngineOptions, HashEngineOptionsValidator>().BindConfiguration(HashEngineOptions.Section);
        services.AddSingleton<IValidateOptions<HashEngineOptions>, AffinityValidator>();
        return services;
    }

    /// <summary>The engine of this process as <see cref="IHashEngine"/>. Needs <see cref="AddHashEngineOptions"/>.</summary>
    public static IServiceCollection AddHashEngine(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<HashEngine>();
        services.TryAddSingleton<IHashEngine>(provider => provider.GetRequiredService<HashEngine>());
        return services;
    }
}
