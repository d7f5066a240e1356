using Microsoft.Extensions.Options;
using P2PMiner.Silo.Hosting;
using P2PMiner.Silo.Web;

namespace P2PMiner.Silo.Commands;

/// <summary>--dry-run: checks everything that can be checked without mining, and prints the settings in force.</summary>
internal static class DryRunCommand
{
    public static int Run(IConfigurationRoot configuration, ProgramIo io)
    {
        using var services = MinerOptions.Bind(configuration);
        WebTls.Load(services.GetRequiredService<IOptions<WebOptions>>().Value);
        foreach (var (key, value) in EffectiveSettings(configuration))
        {
            io.Out.WriteLine($"{key} = {value}");
        }

        var folder = DataFolder.Of(services.GetRequiredService<IOptions<NodeOptions>>().Value);
        io.Out.WriteLine($"The node's identity is in {folder}.");
        io.Out.WriteLine("The configuration is valid.");
        return 0;
    }

    /// <summary>Every key with its value or default, secrets hidden.</summary>
    public static IEnumerable<(string Key, string Value)> EffectiveSettings(IConfigurationRoot configuration)
    {
        var defaults = SettingsSchema.Defaults().Select(setting => (setting.Setting, setting.Default));
        var given = configuration.AsEnumerable().Where(pair => pair.Value is not null && SettingsSchema.Find(pair.Key) is not null)
            .ToDictionary(pair => SettingsSchema.Find(pair.Key)!.Key, pair => pair.Value!);
        foreach (var (setting, value) in defaults)
        {
            var effective = given.Remove(setting.Key, out var set) ? set : value;
            yield return (setting.Key, setting.Show(effective));
        }

        foreach (var (key, value) in given.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            yield return (key, SettingsSchema.Find(key)!.Show(value));
        }
    }
}
