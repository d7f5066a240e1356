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
        await using var options = Options(commandLine, io, program, findings);
        var node = options.GetRequiredService<IOptions<NodeOptions>>().Value;
        var folder = node.Data is { } data ? Path.GetFullPath(data) : DataFolder.Default();
        var isTaken = folder is null ? false : IsTaken(folder);
        var given = Examination.Of(options, folder) with
        {
            Commands = program,
            ConfigFile = commandLine.ConfigFile,
            IsRunning = isTaken == true,
            MayRun = isTaken is null,
        };
        var asking = given.IsRunning ? AskAsync(given, findings, cancellation) : Task.FromResult<NodeReport?>(null);
        var own = await Examiner.RunAsync(given, [.. Files(commandLine, io), SettingsFiles.OfService], cancellation);
        var report = await asking;
        findings.AddRange(report is null ? own : Examiner.Join(own, report.Findings));
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
    private static ServiceProvider Options(CommandLineConfiguration commandLine, ProgramIo io, ThisProgram program, List<Finding> findings)
    {
        try
        {
            var files = FileLayers.Load(commandLine.ConfigFile, io.Environment);
            var options = MinerOptions.Bind(MinerConfiguration.Load(commandLine, io.Environment, files));
            if (files.Skipped.Count > 0)
            {
                findings.Add(Found.Note(SettingsFileCheck.Name,
                    $"{string.Join(" and ", files.Skipped)} cannot be read by this user, so this goes by the settings without it.",
                    $"sudo {program.Miner} doctor", "findings about the settings of the service"));
            }

            return options;
        }
        catch (ConfigurationException error)
        {
            findings.Add(Found.Speed(SettingsFileCheck.Name, $"The miner would not start: {error.Message}. The other checks go without the settings files."));
            return Rest(commandLine, io);
        }
    }

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
            findings.AddRange(VersionsCheck.Examine(report.Version, others));
            return report;
        }
        catch (Exception error) when (error is ClusterKeyException or ConfigurationException or OrleansException or TimeoutException
            or WireValueException or ArgumentException || error is OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            var reason = error is ClusterKeyException or ConfigurationException ? error.Message.Split(';')[0]
                : "it is starting, its --gateway-port is another, or its version is older than this";
            findings.Add(Found.Note(Node, $"A node runs with {given.DataFolder} and did not answer: {OutsideText.Clean(reason)}.",
                given.User == 0 ? null : given.DoctorAsRoot));
            return null;
        }
    }
}
