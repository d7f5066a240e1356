using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.Tests.Terminal;

public sealed class MinerLoggingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LogFile_OthersMayWriteIt_MayOnlyReadIt()
    {
        Log();
        File.SetUnixFileMode(Assert.Single(Directory.GetFiles(_folder.Path)), (UnixFileMode)0b110_110_110);

        Log();

        Assert.Equal((UnixFileMode)0b110_100_100, File.GetUnixFileMode(Assert.Single(Directory.GetFiles(_folder.Path))));
    }

    private void Log()
    {
        var options = new OutputOptions { LogFile = Path.Combine(_folder.Path, "miner.log") };
        using var services = new ServiceCollection().AddMinerLogging(options, new Screen(new StringWriter(), isTerminal: false)).BuildServiceProvider();
        services.GetRequiredService<ILoggerFactory>().CreateLogger("P2PMiner.Test").LogInformation("a line");
    }
}
