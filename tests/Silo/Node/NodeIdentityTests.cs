using P2PMiner.Security;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Tests.Node;

public sealed class NodeIdentityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LoadOrCreate_NewFolder_KeepsTheIdForItsOwnerOnly()
    {
        var folder = Path.Combine(_folder.Path, "deep", "down");

        var id = NodeIdentity.LoadOrCreate(folder);

        Assert.Equal(id, NodeIdentity.LoadOrCreate(folder));
        var file = Assert.Single(Directory.GetFiles(folder));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal($"{id}\n", File.ReadAllText(file));
    }

    [Fact]
    public void LoadOrCreate_TwoFolders_HaveTwoIds()
        => Assert.NotEqual(NodeIdentity.LoadOrCreate(Path.Combine(_folder.Path, "a")), NodeIdentity.LoadOrCreate(Path.Combine(_folder.Path, "b")));

    [Fact]
    public async Task LoadOrCreate_ManyAtOnce_AgreeOnOneId()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => NodeIdentity.LoadOrCreate(_folder.Path))));

        Assert.Single(ids.Distinct());
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not an id")]
    [InlineData("0123456789abcdef0123456789abcde")]
    [InlineData("0123456789abcdef0123456789abcdef00")]
    public void LoadOrCreate_CorruptFile_SaysSoAndLeavesIt(string content)
    {
        var path = _folder.File(NodeIdentity.FileName, content);

        var error = Assert.Throws<ConfigurationException>(() => NodeIdentity.LoadOrCreate(_folder.Path));

        Assert.Contains($"{path} holds no node id", error.Message);
        Assert.Equal(content, File.ReadAllText(path));
    }

    [Fact]
    public void LoadOrCreate_FolderIsAFile_IsAConfigurationError()
    {
        var file = _folder.File("file", "");

        var error = Assert.Throws<ConfigurationException>(() => NodeIdentity.LoadOrCreate(file));

        Assert.StartsWith("Node:Data: ", error.Message);
    }

    [Theory]
    [InlineData("/data", "/home/a", false, "/data/p2p-miner")]
    [InlineData(null, "/home/a", false, "/home/a/.local/share/p2p-miner")]
    [InlineData("relative", "/home/a", false, "/home/a/.local/share/p2p-miner")]
    [InlineData("/data", "/root", true, "/var/lib/p2p-miner")]
    public void Default_ByEnvironment_FollowsXdg(string? data, string? home, bool isRoot, string folder)
        => Assert.Equal(folder, DataFolder.Default(name => name == "HOME" ? home : data, isRoot));

    [Fact]
    public void Default_WithoutHome_IsNull()
        => Assert.Null(DataFolder.Default(_ => null, isRoot: false));
}
