using System.Collections;
using System.Text.Json;
using P2PMiner.Doctor;
using P2PMiner.Security;
using P2PMiner.Silo.Commands;
using P2PMiner.Silo.Doctor;

namespace P2PMiner.Silo.Tests.Commands;

public sealed class DoctorCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(FindingSeverity.Ok, 0)]
    [InlineData(FindingSeverity.Note, 0)]
    [InlineData(FindingSeverity.CostsSpeed, 1)]
    [InlineData(FindingSeverity.CostsSafety, 1)]
    public void Show_Findings_ExitCodeIs1ForWhatCostsSpeedOrSafety(FindingSeverity severity, int code)
    {
        var finding = new Finding { Check = "one", Severity = severity, Text = "So it is." };

        Assert.Equal(code, DoctorCommand.Show([finding], null, asJson: false, InProcess.Io(TextWriter.Null, TextWriter.Null)));
        Assert.Equal(code, DoctorCommand.Show([finding], null, asJson: true, InProcess.Io(TextWriter.Null, TextWriter.Null)));
    }

    [Fact]
    public async Task Doctor_PasswordThatOthersRead_IsFoundAndNotShown()
    {
        NativeLibrary.Require();
        var file = _folder.File("settings.json",
            """{ "Pool": { "Pools": [ { "Url": "127.0.0.1:1", "User": "some-wallet-of-mine", "Pass": "secret-word" } ] } }""");
        File.SetUnixFileMode(file, File.GetUnixFileMode(file) | UnixFileMode.OtherRead);

        var run = await InProcess.RunAsync(["doctor", "--json", "--config", file, "--data", _folder.Path], new Hashtable());

        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        var findings = JsonDocument.Parse(run.Out).RootElement.GetProperty("findings").EnumerateArray()
            .Select(finding => (Check: finding.GetProperty("check").GetString(), Severity: finding.GetProperty("severity").GetString())).ToList();
        Assert.Contains((SettingsFileCheck.Name, "costsSafety"), findings);
        Assert.Contains((PoolCheck.Name, "costsSpeed"), findings);
        Assert.Contains((WalletCheck.Name, "note"), findings);
        Assert.DoesNotContain("secret-word", run.Out);
        Assert.DoesNotContain("some-wallet-of-mine", run.Out);
        Assert.Empty(Directory.EnumerateFiles(_folder.Path).Select(Path.GetFileName).Except(["settings.json"]));
    }

    [Fact]
    public async Task Doctor_WrongSetting_IsAFindingAndTheRestIsExaminedAllTheSame()
    {
        NativeLibrary.Require();
        var file = _folder.File("settings.json", """{ "Node": { "Port": 0 } }""");

        var run = await InProcess.RunAsync(["doctor", "--config", file, "--data", _folder.Path], new Hashtable());

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("The miner would not start: Node:Port", run.Out);
        Assert.Contains($"{DataFolderCheck.Name,-23} {_folder.Path} is for its owner alone.", run.Out);
    }

    [Fact]
    public void FolderOf_NoneNamed_IsThatOfTheOnlyNodeThatRuns()
    {
        var data = Path.Combine(_folder.Path, "data");
        using var running = new DataStore(data).Lock();

        Assert.Equal((data, true), DoctorCommand.FolderOf(new(), [new(7, null), new(8, data)]));
        Assert.Equal((_folder.Path, false), DoctorCommand.FolderOf(new() { Data = _folder.Path }, [new(8, data)]));
        // Of two, none is meant more than the other; and one whose lock is free has ended.
        Assert.NotEqual(data, DoctorCommand.FolderOf(new(), [new(8, data), new(9, _folder.Path)]).Folder);
        Assert.NotEqual(_folder.Path, DoctorCommand.FolderOf(new(), [new(9, _folder.Path)]).Folder);
    }

    [Theory]
    [InlineData("--dry-run")]
    [InlineData("--bench")]
    [InlineData("all")]
    public async Task Doctor_OptionThatIsNotForIt_IsRefused(string option)
    {
        var run = await InProcess.RunAsync(["doctor", option]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(option, run.Error);
    }
}
