using System.Collections;
using Microsoft.Extensions.Configuration;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Settings;
using P2PMiner.Silo.Settings.CommandLine;

namespace P2PMiner.Silo.Tests.Settings;

/// <summary>Which settings files a start reads, and which of them is stronger.</summary>
public sealed class FileLayersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SettingsPlaces _places;

    public FileLayersTests()
    {
        _places = new(Folder("program"), Folder("system"), Folder("user"));

        string Folder(string name) => Directory.CreateDirectory(Path.Combine(_folder.Path, name)).FullName;
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_Installed_ReadsSetupOverTheSystemsFileAndTheUsersOverBoth()
    {
        Write("system/orleans.json", """{ "Node": { "Port": 1111, "Mode": "worker" }, "Hashing": { "Threads": 1 } }""");
        Write("system/setup.json", """{ "Node": { "Port": 2222, "Mode": "master" } }""");
        Write("user/setup.json", """{ "Node": { "Port": 3333 } }""");

        var files = FileLayers.Load(_places, maySkip: true);

        Assert.Equal(["system/orleans.json", "system/setup.json", "user/setup.json"], Names(files));
        Assert.Equal(("3333", "master", "1"), Settings(files));
        Assert.Null(files.Note);
    }

    [Fact]
    public void Load_OrleansJsonBesideTheProgram_ReadsWhatIsThereAndNothingElse()
    {
        Write("program/orleans.json", """{ "Node": { "Port": 1111, "Mode": "worker" }, "Hashing": { "Threads": 1 } }""");
        Write("program/setup.json", """{ "Node": { "Port": 2222 } }""");
        Write("system/orleans.json", """{ "Node": { "Port": 4444 } }""");
        Write("system/setup.json", """{ "Node": { "Port": 5555 } }""");
        Write("user/setup.json", """{ "Node": { "Port": 6666 } }""");

        var files = FileLayers.Load(_places, maySkip: true);

        Assert.Equal(["program/orleans.json", "program/setup.json"], Names(files));
        Assert.Equal(("2222", "worker", "1"), Settings(files));
    }

    [Fact]
    public void Load_SetupJsonAloneBesideTheProgram_IsNotAPlaceOfItsOwn()
    {
        Write("program/setup.json", """{ "Node": { "Port": 2222 } }""");
        Write("system/setup.json", """{ "Node": { "Port": 5555 } }""");

        Assert.Equal(["system/setup.json"], Names(FileLayers.Load(_places, maySkip: true)));
    }

    [Fact]
    public void Load_Root_ReadsNoUsersFile()
    {
        Write("system/orleans.json", "{}");
        Write("user/setup.json", """{ "Node": { "Port": 3333 } }""");

        Assert.Equal(["system/orleans.json"], Names(FileLayers.Load(_places with { User = null }, maySkip: true)));
    }

    [Fact]
    public void Pools_OfSetup_ReplaceThoseOfTheFile()
    {
        Write("system/orleans.json", """{ "Pool": { "Pools": [ { "Url": "a.example:1", "User": "a", "Pass": "secret" }, { "Url": "b.example:1", "User": "b" } ] } }""");
        Write("system/setup.json", """{ "Pool": { "Pools": [ { "Url": "c.example:1", "User": "c" } ] } }""");

        var settings = Load(FileLayers.Load(_places, maySkip: true));

        Assert.Equal("c.example:1", settings["Pool:Pools:0:Url"]);
        Assert.Null(settings["Pool:Pools:0:Pass"]);
        Assert.Null(settings["Pool:Pools:1:Url"]);
    }

    [Fact]
    public void Load_NoFiles_SaysSo()
    {
        var files = FileLayers.Load(_places, maySkip: false);

        Assert.Empty(files.Read);
        Assert.Equal("No settings file was read.", files.Summary);
    }

    [Fact]
    public void Load_FileOfOthers_IsSkippedForAPersonAndAnErrorForTheService()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "root may read every file");
        Write("system/orleans.json", """{ "Node": { "Port": 1111 } }""");
        Write("user/setup.json", """{ "Node": { "Port": 3333 } }""");
        var hidden = Path.Combine(_places.System, "orleans.json");
        File.SetUnixFileMode(hidden, UnixFileMode.None);

        var files = FileLayers.Load(_places, maySkip: true);

        Assert.Equal(["user/setup.json"], Names(files));
        Assert.Equal($"not read, because this user may not: {hidden}", files.Note);
        Assert.Contains(hidden, Assert.Throws<ConfigurationException>(() => FileLayers.Load(_places, maySkip: false)).Message);
        Assert.Contains(hidden, Assert.Throws<ConfigurationException>(() => FileLayers.Load(hidden, new Hashtable())).Message);
    }

    [Fact]
    public void Load_BrokenSetup_NamesTheFile()
    {
        Write("system/setup.json", """{ "Node": { "Prt": 1 } }""");

        var error = Assert.Throws<ConfigurationException>(() => FileLayers.Load(_places, maySkip: true));

        Assert.Equal($"{Path.Combine(_places.System, "setup.json")}: Key 'Node:Prt' is not known (did you mean Node:Port?)", error.Message);
    }

    [Theory]
    [InlineData("/x", "/home/me", "/x/p2p-miner")]
    [InlineData("relative", "/home/me", "/home/me/.config/p2p-miner")]
    [InlineData(null, "/home/me", "/home/me/.config/p2p-miner")]
    [InlineData(null, null, null)]
    public void Usual_OfAUser_FollowsTheEnvironment(string? settings, string? home, string? expected)
    {
        var places = SettingsPlaces.Usual(new Hashtable { ["XDG_CONFIG_HOME"] = settings, ["HOME"] = home });

        Assert.Equal(Environment.IsPrivilegedProcess ? null : expected, places.User);
        Assert.Equal("/etc/p2p-miner", places.System);
    }

    [Fact]
    public async Task DryRun_NamesTheFilesThatItRead()
    {
        var file = _folder.File("mine.json", "{}");

        Assert.Contains($"Settings were read from {file}.\n", (await InProcess.RunAsync(["--dry-run", "--config", file])).Out);
    }

    private void Write(string name, string text) => _folder.File(name, text);

    private IEnumerable<string> Names(FileLayers files) => files.Read.Select(file => Path.GetRelativePath(_folder.Path, file.Path));

    private static (string?, string?, string?) Settings(FileLayers files)
        => Load(files) is var settings ? (settings["Node:Port"], settings["Node:Mode"], settings["Hashing:Threads"]) : default;

    private static IConfigurationRoot Load(FileLayers files) => MinerConfiguration.Load(CommandLineConfiguration.Parse([]), new Hashtable(), files);
}
