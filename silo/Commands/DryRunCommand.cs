using System.Globalization;
using Microsoft.Extensions.Options;
using P2PMiner.Doctor;
using P2PMiner.Native;
using P2PMiner.Silo.Doctor;
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
    private const string Pools = "Pool:Pools:";

    /// <summary>Shown whatever their values, in this order.</summary>
    private static readonly string[] Always =
    [
        "Pool:Practice", "Node:Mode", "Node:Algorithm", "Hashing:Threads", "Node:Data", "Node:Bind", "Node:Port", "Node:GatewayPort", "Membership:Port", "Discovery:Port",
        "Node:HttpPort",
    ];

    public static int Run(CommandLineConfiguration commandLine, FileLayers files, ProgramIo io)
    {
        var configuration = MinerConfiguration.Load(commandLine, io.Environment, files);
        using var services = MinerOptions.Bind(configuration);
        WebTls.Load(services.GetRequiredService<IOptions<WebOptions>>().Value);
        var node = services.GetRequiredService<IOptions<NodeOptions>>().Value;
        var derived = new Dictionary<string, string>
        {
            ["Node:GatewayPort"] = Text(node.GetGatewayPort()),
            ["Node:Data"] = node.GetDataFolder(),
            ["Hashing:Threads"] = "auto",
            ["Membership:Port"] = services.GetRequiredService<IOptions<MembershipOptions>>().Value.GetPort(node.Port) is var table and > 0 ? Text(table) : "",
        };
        var all = EffectiveSettings(configuration).ToList();
        var shown = commandLine.ShowsAll ? all : Chosen(all);
        foreach (var (key, value, _) in shown)
        {
            io.Out.WriteLine($"{key} = {OutsideText.Clean(value.Length == 0 ? derived.GetValueOrDefault(key, value) : value, int.MaxValue)}");
        }

        if (shown.Count < all.Count)
        {
            io.Out.WriteLine($"The other {all.Count - shown.Count} settings have their defaults; --dry-run=all prints them too.");
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

    /// <summary>Pools, what matters in any case, and what differs from its default.</summary>
    private static List<(string Key, string Value, bool IsDefault)> Chosen(List<(string Key, string Value, bool IsDefault)> all)
    {
        var pools = all.Where(setting => setting.Key.StartsWith(Pools, StringComparison.Ordinal));
        var always = Always.Select(key => all.First(setting => setting.Key == key));
        return [.. pools.Concat(always).Concat(all.Where(setting => !setting.IsDefault)).DistinctBy(setting => setting.Key)];
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    /// <summary>Every key with its value or default, secrets hidden.</summary>
    private static IEnumerable<(string Key, string Value, bool IsDefault)> EffectiveSettings(IConfigurationRoot configuration)
    {
        var given = configuration.AsEnumerable().Where(pair => pair.Value is not null && SettingsSchema.Find(pair.Key) is not null)
            .ToDictionary(pair => SettingsSchema.Find(pair.Key)!.Key, pair => pair.Value!);
        foreach (var (setting, value) in SettingsSchema.Defaults())
        {
            var effective = given.Remove(setting.Key, out var set) ? set : value;
            yield return (setting.Key, setting.Show(effective), effective.Equals(value, StringComparison.OrdinalIgnoreCase));
        }

        foreach (var (key, value) in given.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            yield return (key, SettingsSchema.Find(key)!.Show(value), false);
        }
    }
}
