using P2PMiner.Grains.Doctor;
using P2PMiner.Silo.Node;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Sinks.File;

namespace P2PMiner.Silo.Terminal;

/// <summary>
/// Log lines of the program: ours from <see cref="OutputOptions.LogLevel"/> up; with debug, also warnings and worse from the libraries it
/// is built on.
/// </summary>
internal static class MinerLogging
{
    /// <summary>Log files that are kept, one a day.</summary>
    private const int KeptFiles = 7;

    /// <summary>Others may read logs, where the umask lets them.</summary>
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <exception cref="ConfigurationException">The log file cannot be written.</exception>
    public static IServiceCollection AddMinerLogging(this IServiceCollection services, OutputOptions options, Screen screen)
    {
        // A silo that is lost or replaced makes the libraries warn at length, with stack traces; what a person must know about it we log
        // ourselves.
        var others = new LoggingLevelSwitch(options.LogLevel <= LogLevel.Debug ? LogEventLevel.Warning : LogEventLevel.Fatal);
        var recent = new RecentLines();
        var logger = new LoggerConfiguration()
            .MinimumLevel.ControlledBy(others)
            .MinimumLevel.Override("P2PMiner", Level(options.LogLevel))
            .WriteTo.Sink(new ScreenSink(screen))
            .WriteTo.Sink(recent);
        if (options.LogFile is { } path)
        {
            CheckWritable(path);
            logger.WriteTo.File(new LineFormatter(), path, rollingInterval: RollingInterval.Day, retainedFileCountLimit: KeptFiles,
                hooks: new NotForOthersToWrite());
        }

        return services.AddSingleton(others).AddSingleton(screen).AddSingleton<INodeLog>(recent).AddLogging().AddSerilog(logger.CreateLogger(), dispose: true);
    }

    // Serilog itself says nothing about a folder that it cannot write.
    private static void CheckWritable(string path)
    {
        try
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            Directory.CreateDirectory(folder, FolderMode);
            var probe = Path.Combine(folder, $".p2p-miner-{Guid.NewGuid():N}");
            File.Create(probe, 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"Output:LogFile: {path} cannot be written ({error.Message})");
        }
    }

    private static LogEventLevel Level(LogLevel level) => level switch
    {
        LogLevel.Trace => LogEventLevel.Verbose,
        LogLevel.Debug => LogEventLevel.Debug,
        LogLevel.Information => LogEventLevel.Information,
        LogLevel.Warning => LogEventLevel.Warning,
        LogLevel.Error => LogEventLevel.Error,
        _ => LogEventLevel.Fatal,
    };

    /// <summary>A service may run with an empty umask.</summary>
    private sealed class NotForOthersToWrite : FileLifecycleHooks
    {
        public override Stream OnFileOpened(string path, Stream underlyingStream, System.Text.Encoding encoding)
        {
            try
            {
                File.SetUnixFileMode(path, File.GetUnixFileMode(path) & ~(UnixFileMode.GroupWrite | UnixFileMode.OtherWrite));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // A file of another user, whose permissions are that user's affair; it can be written all the same.
            }

            return underlyingStream;
        }
    }
}
