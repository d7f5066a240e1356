using P2PMiner.TestKit;

namespace P2PMiner.EndToEnd.Tests;

/// <summary>The program in an interactive shell, on a real terminal.</summary>
public sealed class JobControlTests
{
    private const string CtrlC = "\x03";
    private const string CtrlZ = "\x1a";
    private const string Share = @"accepted \(\d+/";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Background_ForegroundAndBack_MinesOnAndReadsKeysOnlyInFront()
    {
        var data = Directory.CreateTempSubdirectory("p2p-shell-");
        try
        {
            await using var shell = MinerProcess.StartShell(new()
            {
                ["P2P_NODE__BIND"] = "127.0.0.1", ["P2P_NODE__DATA"] = data.FullName, ["P2P_NODE__PORT"] = $"{Port()}", ["P2P_NODE__GATEWAYPORT"] = $"{Port()}",
                ["P2P_NODE__HTTPPORT"] = "0", ["P2P_MEMBERSHIP__PORT"] = $"{Port()}", ["P2P_PRACTICEPOOL__STARTDIFFICULTY"] = "15",
                ["P2P_PRACTICEPOOL__MINDIFFICULTY"] = "15",
                ["P2P_PRACTICEPOOL__MAXDIFFICULTY"] = "15",
            });

            await shell.TypeAsync($"{MinerProcess.Program} --practice --randomx-mode light --threads 1 &");
            await shell.WaitForLineAsync(Share, Patience);

            await shell.TypeAsync("fg");
            await shell.TypeAsync("h");
            await shell.WaitForLineAsync(@"thread   0 10s", Patience);

            await shell.TypeAsync(CtrlZ);
            await shell.WaitForLineAsync("Stopped", Patience);
            await shell.TypeAsync("bg");
            await shell.WaitForLineAsync(@"\[1\]\+ .* &", Patience);
            await shell.WaitForLineAsync(Share, Patience);
            await shell.TypeAsync("echo the shell has the key$((1))s");
            await shell.WaitForLineAsync("the shell has the key1s", Patience);

            await shell.TypeAsync("fg; echo ended by $?; stty -a; exit");
            await shell.TypeAsync("h");
            await shell.WaitForLineAsync(@"thread   0 10s", Patience);
            await shell.TypeAsync(CtrlC);
            await shell.WaitForLineAsync("ended by 0", Patience);
            await shell.WaitForLineAsync(@"(?<!-)icanon", Patience);
            await shell.WaitForExitAsync(Patience);
            Assert.NotEqual(0, shell.CountLines(@"(?<!-)\becho\b echoe"));
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static int Port() => FreePorts.Take();
}
