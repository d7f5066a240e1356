using Microsoft.Extensions.DependencyInjection.Extensions;

namespace P2PMiner.Silo.Discovery;

/// <summary>
/// Discovery needs <see cref="AddDiscoveryOptions"/>, a <see cref="DiscoveryNode"/> and a <see cref="BeaconKeyRing"/>, and goes over UDP unless another
/// <see cref="IBeaconTransport"/> was added before; it offers <see cref="Mastership"/>.
/// </summary>
internal static class DiscoveryExtensions
{
    /// <summary>Section "Discovery", checked at the start.</summary>
    public static IServiceCollection AddDiscoveryOptions(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<DiscoveryOptions, DiscoveryOptionsValidator>().BindConfiguration(DiscoveryOptions.Section);
        return services;
    }

    public static IServiceCollection AddDiscovery(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Mastership>();
        services.TryAddSingleton<IBeaconTransport, UdpBeaconTransport>();
        services.TryAddSingleton<DiscoveryService>();
        services.AddHostedService(provider => provider.GetRequiredService<DiscoveryService>());
        return services;
    }
}
