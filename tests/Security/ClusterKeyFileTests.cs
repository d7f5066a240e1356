using Microsoft.Extensions.Time.Testing;
using P2PMiner.Silo.Security;

namespace P2PMiner.Security.Tests;

public sealed class ClusterKeyFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("p2p-key-").FullName;
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly ClusterKeyFile _file;

    public ClusterKeyFileTests() => _file = new(Path.Combine(_folder, "data"), _clock);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void LoadOrCreate_NoFile_MakesOneForItsOwnerOnly()
    {
        var made = _file.LoadOrCreate(out var created);
        Assert.True(created);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_file.Path));

        Assert.Equal(made.Current, _file.LoadOrCreate(out created).Current);
        Assert.False(created);
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(_file.Path)!));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void Load_OthersMayUseTheFile_IsRefused(UnixFileMode extra)
    {
        _file.Create(ClusterKey.NewRandom());
        File.SetUnixFileMode(_file.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | extra);
        var error = Assert.Throws<ClusterKeyException>(() => _file.Load());
        Assert.Contains(_file.Path, error.Message);
        Assert.Contains("chmod 600", error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("p2p1-0000\n")]
    [InlineData("\0\0\0\0")]
    public void LoadOrCreate_CorruptFile_IsRefusedAndLeftAlone(string content)
    {
        _file.Create(ClusterKey.NewRandom());
        File.WriteAllText(_file.Path, content);
        Assert.Contains("holds no cluster key", Assert.Throws<ClusterKeyException>(() => _file.LoadOrCreate(out _)).Message);
        Assert.Equal(content, File.ReadAllText(_file.Path));
    }

    [Fact]
    public void Create_KeyThereAlready_IsRefusedAndLeftAlone()
    {
        var first = ClusterKey.NewRandom();
        _file.Create(first);
        Assert.Contains("already", Assert.Throws<ClusterKeyException>(() => _file.Create(ClusterKey.NewRandom())).Message);
        Assert.Equal(first, _file.Load().Current);
    }

    [Fact]
    public void Replace_RotatedRing_KeepsTheFormerKeyAndItsEnd()
    {
        var former = ClusterKey.NewRandom();
        _file.Create(former);
        var ring = _file.Load();
        var next = ClusterKey.NewRandom();
        ring.Rotate(next, TimeSpan.FromHours(1));
        _file.Replace(ring);

        var read = _file.Load();
        Assert.Equal([next, former], read.Accepted);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_file.Path));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal([next], read.Accepted);
    }

    [Fact]
    public void Load_NoFile_SaysSo() => Assert.Contains("no cluster key yet", Assert.Throws<ClusterKeyException>(() => _file.Load()).Message);
}
