using Microsoft.Extensions.Options;
using P2PMiner.Grains;
using P2PMiner.Grains.Pool;
using P2PMiner.Native;
using P2PMiner.Silo.Alerts;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.History;
using P2PMiner.Silo.MachineTuning;
using P2PMiner.Silo.Membership;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Settings;
using P2PMiner.Silo.Terminal;
using P2PMiner.Silo.Web;

namespace P2PMiner.Silo.Hosting;

/// <summary>Binds the options of all rooms.</summary>
internal static class MinerOptions
{
    public static IServiceCollection AddMinerOptions(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<NodeOptions, NodeOptionsValidator>().BindConfiguration(NodeOptions.Section);
        services.AddSingleton<IValidateOptions<NodeOptions>, NodePortsValidator>().AddSingleton<IValidateOptions<NodeOptions>, ConnectValidator>();
        services.AddSingleton<IValidateOptions<HashEngineOptions>, RamValidator>();
        services.AddPoolOptions().AddHashEngineOptions().AddMiningOptions().AddDiscoveryOptions().AddWebOptions().AddAlertOptions();
        services.AddOptionsWithValidateOnStart<MembershipOptions, MembershipOptionsValidator>().BindConfiguration(MembershipOptions.Section);
        services.AddOptions<TuningOptions>().BindConfiguration(TuningOptions.Section);
        services.AddOptions<HistoryOptions>().BindConfiguration(HistoryOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<OutputOptions>().BindConfiguration(OutputOptions.Section);
        return services;
    }

    /// <summary>Checks every setting against every other.</summary>
    /// <exception cref="ConfigurationException">The first that is wrong.</exception>
    public static void Validate(IServiceProvider services)
    {
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
        }
        catch (OptionsValidationException error)
        {
            throw Wrong(error);
        }
        catch (AggregateException error) when (error.InnerExceptions[0] is OptionsValidationException first)
        {
            throw Wrong(first);
        }
    }

    // Validators of a room may leave out the section; those across rooms name another room's section.
    private static ConfigurationException Wrong(OptionsValidationException error)
    {
        var failure = error.Failures.First();
        var isNamed = SettingsSchema.Sections.Any(entry => failure.StartsWith($"{entry.Section}:", StringComparison.Ordinal));
        return new(isNamed ? failure : $"{SettingsSchema.SectionOf(error.OptionsType)}:{failure}");
    }

    /// <summary>The options of a configuration outside a host, checked.</summary>
    public static ServiceProvider Bind(IConfigurationRoot configuration)
    {
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddMinerOptions().BuildServiceProvider();
        Validate(services);
        return services;
    }
}
