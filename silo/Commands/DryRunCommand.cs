using System.Globalization;
using Microsoft.Extensions.Options;
using P2PMiner.Doctor;
using P2PMiner.Silo.Doctor;
using P2PMiner.Native;
using P2PMiner.Silo.Hosting;
using P2PMiner.Silo.Membership;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Settings;
using P2PMiner.Silo.Settings.CommandLine;
using P2PMiner.Silo.Terminal;
using P2PMiner.Silo.Web;

namespace P2PMiner.Silo.Commands;

/// <summary>--dry-run: checks everything that can be checked without mining, and prints the settings in effect.</summary>
internal static class DryRunCommand
{
    public static int Run(CommandLineConfiguration commandLine, FileLayers files, ProgramIo io)
    {
        var configuration = MinerConfiguration.Load(commandLine, io.Environment, files);
        using var services = MinerOptions.Bind(configuration);
        WebTls.Load(services.GetRequiredService<IOptions<WebOptions>>().Value);
        var node = services.GetRequiredService<IOptions<NodeOptions>>().Value;
        var derived = new Dictionary<string, string>
        {
            ["Node:GatewayPort"] = Text(node.GetGatewayPort()),
            ["Membership:Port"] = services.GetRequiredService<IOptions<MembershipOptions>>().Value.GetPort(node.Port) is var table and > 0 ? Text(table) : "",
        };
        foreach (var (key, value) in EffectiveSettings(configuration))
        {
            io.Out.WriteLine($"{key} = {OutsideText.Clean(value.Length == 0 ? derived.GetValueOrDefault(key, value) : value, int.MaxValue)}");
        }

        io.Out.WriteLine(OutsideText.Clean(files.Summary, int.MaxValue));
        io.Out.WriteLine($"The node's identity is in {node.GetDataFolder()}.");
        foreach (var warning in UsableCpus.Warnings(services.GetRequiredService<IOptions<HashEngineOptions>>().Value, UsableCpus.Read()))
        {
            io.Out.WriteLine($"Note: {warning}.");
        }

        io.Out.WriteLine("The configuration is valid.");
        foreach (var found in WalletCheck.Examine(Examination.Of(services, null)).Where(found => found.Severity != FindingSeverity.Ok))
        {
            io.Out.WriteLine($"{(found.IsWrong ? "Warning" : "Note")}: {found.Text}");
        }

        return ExitCode.Done;
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

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
