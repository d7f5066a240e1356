using System.Globalization;
using Microsoft.Extensions.Options;
using P2PMiner.Doctor;
using P2PMiner.Peers;
using P2PMiner.Security;
using P2PMiner.Silo.Doctor;
using P2PMiner.Silo.Hosting;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Settings;
using P2PMiner.Silo.Settings.CommandLine;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.Commands;

/// <summary>doctor: what costs speed or safety on this machine, each with what mends it. Changes nothing. Exit code 1 if there is any such thing.</summary>
internal static class DoctorCommand
{
    private const string Node = "running node";

    public static async Task<int> RunAsync(CommandLineConfiguration commandLine, ProgramIo io, CancellationToken cancellation)
    {
        var program = ThisProgram.At(Environment.ProcessPath);
        var findings = new List<Finding>();
        await using var options = Options(commandLine, io, findings, out var unread);
        var nodes = NodeProcess.Find();
        var (folder, isTaken) = FolderOf(options.GetRequiredService<IOptions<NodeOptions>>().Value, nodes);
        var given = Examination.Of(options, folder) with
        {
            Commands = program,
            ConfigFile = commandLine.ConfigFile,
            IsRunning = isTaken == true,
            MayRun = isTaken is null,
            Note = folder is null ? null : NodeNote.ReadLiving(folder),
            Others = [.. nodes.Where(other => other.DataFolder is null || other.DataFolder != folder)],
            Unread = unread,
        };
        var asking = given.IsRunning ? AskAsync(given, findings, cancellation) : Task.FromResult<NodeReport?>(null);
        var own = await Examiner.RunAsync(given, [.. Files(commandLine, io), SettingsFiles.OfService], cancellation);
        var report = await asking;
        // What a node answers that runs, it says by the settings which it has read.
        findings.AddRange(report is null ? [.. own, .. Skipped(given)] : Examiner.Join(own, report.Findings));
        findings = [.. Examiner.Sort(findings).Select(finding => given.User == 0
            ? finding with { Mend = finding.Mend?.Replace("sudo ", "", StringComparison.Ordinal) } : finding)];
        return Show(findings, report, commandLine.Json, io);
    }

    /// <summary>Prints them.</summary>
    /// <returns>The exit code.</returns>
    internal static int Show(IReadOnlyList<Finding> findings, NodeReport? report, bool asJson, ProgramIo io)
    {
        if (asJson)
        {
            io.Out.WriteLine(FindingJson.Write(ProgramVersion.Text, report?.Node.ToString(), findings));
        }
        else
        {
            FindingPage.Write(findings, new Screen(io.Out, io.Screen));
        }

        return findings.Any(finding => finding.IsWrong) ? ExitCode.Failed : ExitCode.Done;
    }

    /// <summary>The settings in effect. Where they are wrong that is a finding, and the checks go by the rest.</summary>
    /// <param name="unread">Files that this user may not read.</param>
    private static ServiceProvider Options(CommandLineConfiguration commandLine, ProgramIo io, List<Finding> findings, out IReadOnlyList<string> unread)
    {
        unread = [];
        try
        {
            var files = FileLayers.Load(commandLine.ConfigFile, io.Environment);
            unread = files.Skipped;
            return MinerOptions.Bind(MinerConfiguration.Load(commandLine, io.Environment, files));
        }
        catch (ConfigurationException error)
        {
            findings.Add(Found.Speed(SettingsFileCheck.Name, $"The miner would not start: {error.Message}. The other checks go without the settings files."));
            return Rest(commandLine, io);
        }
    }

    private static IEnumerable<Finding> Skipped(Examination given) => given.Unread.Count == 0 ? []
        : [Found.Note(SettingsFileCheck.Name, $"{string.Join(" and ", given.Unread)} cannot be read by this user, so this goes by the settings without it.",
            $"sudo {given.Commands.Miner} doctor", "findings about the settings of the service")];

    private static ServiceProvider Rest(CommandLineConfiguration commandLine, ProgramIo io)
    {
        try
        {
            return MinerOptions.Bind(MinerConfiguration.Build(SettingsEnvironment.Read(io.Environment), commandLine.Settings));
        }
        catch (ConfigurationException)
        {
            return MinerOptions.Bind(MinerConfiguration.Build());
        }
    }

    private static IEnumerable<string> Files(CommandLineConfiguration commandLine, ProgramIo io)
        => commandLine.ConfigFile is { } named ? [named] : FileLayers.Usual(SettingsPlaces.Usual(io.Environment));

    /// <summary>
    /// The data folder to look at: the one that is named, else the usual one or, where no node runs with that, the only one with which one runs.
    /// </summary>
    /// <returns>And whether a node runs with it; null: this user cannot tell.</returns>
    internal static (string? Folder, bool? IsTaken) FolderOf(NodeOptions node, IReadOnlyList<NodeProcess> nodes)
    {
        var folder = node.Data is { } data ? Path.GetFullPath(data) : DataFolder.Default();
        var isTaken = folder is null ? false : IsTaken(folder);
        return node.Data is null && isTaken != true && nodes.Select(other => other.DataFolder).OfType<string>().ToList() is [var only] && IsTaken(only) == true
            ? (only, true) : (folder, isTaken);
    }

    /// <summary>Null: this user cannot tell; DataFolderCheck says why.</summary>
    private static bool? IsTaken(string folder)
    {
        try
        {
            return new DataStore(folder).IsLocked();
        }
        catch (DataFileException)
        {
            return null;
        }
    }

    /// <summary>Null: the running node did not answer, and a finding says why.</summary>
    private static async Task<NodeReport?> AskAsync(Examination given, List<Finding> findings, CancellationToken cancellation)
    {
        try
        {
            var (report, others) = await RunningNode.AskAsync(given, NodeIdentity.Load(given.DataFolder!), cancellation);
            findings.AddRange(VersionsCheck.Examine(report.Version, others, ProgramVersion.Text));
            findings.Add(Found.Ok(Node, $"{Of(given)} answered for itself."));
            return report;
        }
        catch (Exception error) when (error is ClusterKeyException or ConfigurationException or OrleansException or TimeoutException
            or WireValueException or ArgumentException || error is OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            var reason = error is ClusterKeyException or ConfigurationException ? error.Message.Split(';')[0]
                : given.Note is null ? "it is starting, its --gateway-port is another, or its version is older than this" : "it is starting or stopping";
            findings.Add(Found.Note(Node, $"{Of(given)} did not answer: {OutsideText.Clean(reason)}. What it mines is not known.",
                given.User == 0 ? null : given.DoctorAsRoot));
            return null;
        }
    }

    private static string Of(Examination given)
        => $"The node with {given.DataFolder}{(given.Note is { } note ? string.Create(CultureInfo.InvariantCulture, $" (process {note.Process})") : "")}";
}
