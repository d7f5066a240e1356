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

    [Fact]
    public async Task Hash_RxTwo_PrintsTheCommitmentToo()
    {
        NativeLibrary.Require();

        var outcome = await InProcess.RunAsync(["hash", "--algo", "rx/2", .. Args[3..]], input: $"{Input}\n{Input}\n");

        const string Lines = "22ec6b861b3eb23686b2efbad69513c967ecfce80983df66c9c5b4fbfb4cdb6f\n"
            + "commitment 133be717399046b03ae82ce8ddd9d1ee4d3ea7fca03a50dec09b6848cbb98e18\n";
        Assert.Equal((0, Lines + Lines, ""), (outcome.ExitCode, outcome.Out, outcome.Error));
    }

    [Theory]
    [InlineData("zz", "line 2: 'zz' is not hex")]
    [InlineData("123", "line 2: 3 hex digits are not a whole number of bytes")]
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

        Assert.Equal((2, "", "p2p-miner: line 1: 131074 digits are too many; an input has at most 65536 bytes\n"),
            (outcome.ExitCode, outcome.Out, outcome.Error));
    }

    [Fact]
    public async Task Hash_GhostRider_HashesHeadersAndNamesOtherLengths()
    {
        NativeLibrary.Require();
        const string Header = "000000208c246d0b90c3b389c4086e8b672ee040d64db5b9648527133e217fbfa48da64c0f3c0a0b0e8350800568b40fbb323ac3ccdf2965de51b9aaeb939b4f11ff81c49b74a16156ff251c00000000";

        var outcome = await InProcess.RunAsync(["hash", "--algo", "gr"], input: $"{Header}\n{Header[2..]}\n");

        Assert.Equal((2, "84402e62b6bedafcd65f6ba13b59ff19ad7f273900c59fa49bfbb5f67e10030f\n",
            "p2p-miner: line 2: an input of ghostrider is a block header of 80 bytes, and this one has 79\n"), (outcome.ExitCode, outcome.Out, outcome.Error));
    }

    [Fact]
    public async Task Hash_NoInput_PrintsNothing()
    {
        NativeLibrary.Require();

        Assert.Equal(new InProcess.Outcome(0, "", ""), await InProcess.RunAsync(Args));
    }
}
