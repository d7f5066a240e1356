using System.Data.Common;
using System.Net.Sockets;
using P2PMiner.CommandLines;
using P2PMiner.Native;
using P2PMiner.Silo.Commands;
using P2PMiner.Silo.Hosting;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Settings;
using P2PMiner.Silo.Settings.CommandLine;
using P2PMiner.Silo.Setup;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo;

/// <summary>Reads the command line and runs what it asks for. What it returns is an <see cref="ExitCode"/>.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => RunAsync(args, ProgramIo.OfProcess(), CancellationToken.None);

    public static async Task<int> RunAsync(IReadOnlyList<string> args, ProgramIo io, CancellationToken cancellation)
    {
        CommandLineConfiguration? parsed = null;
        try
        {
            var commandLine = parsed = CommandLineConfiguration.Parse(args);
            return commandLine.Command switch
            {
                MinerCommand.Help => MinerHelp.Write(io, commandLine.HelpOf),
                MinerCommand.Completion => WriteCompletion(io),
                MinerCommand.Version => VersionText.Write(io.Out),
                MinerCommand.Hash => await HashCommand.RunAsync(commandLine, io, cancellation),
                MinerCommand.Bench => await BenchCommand.RunAsync(commandLine, Load(), io, cancellation),
                MinerCommand.ClusterInit or MinerCommand.Join => await KeyCommand.RunAsync(commandLine, Load(), io, cancellation),
                MinerCommand.TuneApply => TuneCommand.Apply(Load(), io),
                MinerCommand.TuneRestore => TuneCommand.Restore(io),
                MinerCommand.TuneStatus => TuneCommand.Status(Load(), io),
                MinerCommand.Setup => await SetupCommand.RunAsync(commandLine, io, cancellation),
                MinerCommand.Doctor => await DoctorCommand.RunAsync(commandLine, io, cancellation),
                MinerCommand.DryRun => DryRunCommand.Run(commandLine, Files(), io),
                _ => await MineCommand.RunAsync(new(Load) { Named = commandLine.ConfigFile }, io, cancellation),
            };

            IConfigurationRoot Load() => MinerConfiguration.Load(commandLine, io.Environment, Files());

            FileLayers Files()
            {
                var files = FileLayers.Load(commandLine.ConfigFile, io.Environment);
                if (files.Note is { } note)
                {
                    io.Error.WriteLine($"p2p-miner: {OutsideText.Clean(note, int.MaxValue)}");
                }

                return files;
            }
        }
        catch (CommandLineException error)
        {
            io.Error.WriteLine($"p2p-miner: {OutsideText.Clean(error.Message, int.MaxValue)}; see {error.Command ?? parsed?.Name} --help");
            return ExitCode.WrongCommandLine;
        }
        catch (InputException error)
        {
            io.Error.WriteLine($"p2p-miner: {OutsideText.Clean(error.Message, int.MaxValue)}");
            return ExitCode.WrongCommandLine;
        }
        catch (ConfigurationException error)
        {
            io.Error.WriteLine($"configuration: {OutsideText.Clean(error.Message, int.MaxValue)}");
            return ExitCode.WrongConfiguration;
        }
        catch (Exception error) when (error is HashEngineException or DllNotFoundException or IOException or SocketException or DbException)
        {
            io.Error.WriteLine($"p2p-miner: {OutsideText.Clean(error.Message, int.MaxValue)}");
            return ExitCode.Failed;
        }
    }

    private static int WriteCompletion(ProgramIo io)
    {
        BashCompletion.Write(io.Out, CommandTable.ProgramName, new CommandTable(new()).Completed());
        return ExitCode.Done;
    }
}
