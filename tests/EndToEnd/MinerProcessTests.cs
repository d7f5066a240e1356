using System.Runtime.InteropServices;
using P2PMiner.TestKit;

namespace P2PMiner.EndToEnd.Tests;

public sealed partial class MinerProcessTests
{
    private const int Usr2 = 12;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task WaitForLine_ProgramEndsWithoutIt_FailsAtOnceWithWhatItSaidLast()
    {
        await using var miner = MinerProcess.StartNode("--no-such-option");

        var end = await Assert.ThrowsAsync<EndOfStreamException>(() => miner.WaitForLineAsync("a line that never comes", Patience));

        Assert.Contains("exit code 2", end.Message);
        Assert.Contains("--no-such-option", end.Message);
    }

    [Fact]
    public async Task FindLine_ProgramEndsWithoutIt_FailsAtOnceWithWhatItSaidLast()
    {
        await using var miner = MinerProcess.StartNode("--no-such-option");

        var end = await Assert.ThrowsAsync<EndOfStreamException>(() => miner.FindLineAsync("a line that never comes", Patience));

        Assert.Contains("--no-such-option", end.Message);
        Assert.NotNull(await miner.FindLineAsync("--no-such-option", Patience));
    }

    [Fact]
    public async Task Start_CallerIgnoresASignal_TheProgramDoesNot()
    {
        const nint Ignore = 1;
        var before = signal(Usr2, Ignore);
        try
        {
            await using var shell = MinerProcess.StartShell([]);

            await Eventually.HoldsAsync(() => !shell.Ignores(Usr2), "a child with default signals");
        }
        finally
        {
            _ = signal(Usr2, before);
        }
    }

    [LibraryImport("libc")]
    private static partial nint signal(int number, nint handler);
}
