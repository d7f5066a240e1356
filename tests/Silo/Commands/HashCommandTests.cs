namespace P2PMiner.Silo.Tests.Commands;

public sealed class HashCommandTests
{
    private const string Input = "5468697320697320612074657374";
    private const string Hash = "639183aae1bf4c9a35884cb46b09cad9175f04efd7684e7262a0ac1c2f0b4e3f";
    private static readonly string[] Args = ["hash", "--algo", "randomx", "--seed", "74657374206b657920303030"];

    [Fact]
    public async Task Hash_KnownVector_IsPrinted()
    {
        NativeLibrary.Require();

        var outcome = await InProcess.RunAsync(Args, input: $"{Input}\r\n{Input.ToUpperInvariant()}");

        Assert.Equal((0, $"{Hash}\n{Hash}\n", ""), (outcome.ExitCode, outcome.Out, outcome.Error));
    }

    [Theory]
    [InlineData("zz", "line 2: 'zz' is not hex")]
    [InlineData("123", "line 2: 3 hex digits are no whole number of bytes")]
    [InlineData("12 34", "line 2: '12 34' is not hex")]
    public async Task Hash_BadLine_IsNamedAfterTheHashesBeforeIt(string line, string message)
    {
        NativeLibrary.Require();

        var outcome = await InProcess.RunAsync(Args, input: $"{Input}\n{line}\n{Input}\n");

        Assert.Equal((2, $"{Hash}\n", $"p2p-miner: {message}\n"), (outcome.ExitCode, outcome.Out, outcome.Error));
    }

    [Fact]
    public async Task Hash_TooLongLine_IsNamedAndNotRepeated()
    {
        NativeLibrary.Require();

        var outcome = await InProcess.RunAsync(Args, input: new string('0', 2 * 65_536 + 2));

        Assert.Equal((2, "", "p2p-miner: line 1: 131074 digits are too many; an input has at most 65536 bytes\n"), (outcome.ExitCode, outcome.Out, outcome.Error));
    }

    [Fact]
    public async Task Hash_NoInput_PrintsNothing()
    {
        NativeLibrary.Require();

        Assert.Equal(new InProcess.Outcome(0, "", ""), await InProcess.RunAsync(Args));
    }
}
