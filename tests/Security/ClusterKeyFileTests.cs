using Microsoft.Extensions.Time.Testing;

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
        Assert.Equal(["cluster-key", "cluster-key.unshared"], Directory.GetFiles(_file.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void IsUnshared_KeyMadeByAStart_UntilItIsShared()
    {
        _file.LoadOrCreate(out _);
        Assert.True(_file.IsUnshared);
        Assert.True(new ClusterKeyFile(_file.Folder, _clock).IsUnshared);

        _file.MarkShared();
        _file.MarkShared();
        _file.LoadOrCreate(out _);

        Assert.False(_file.IsUnshared);
    }

    [Fact]
    public void IsUnshared_KeyThatTheOwnerPutThere_IsFalse()
    {
        Assert.False(_file.IsUnshared);
        _file.Create(ClusterKey.NewRandom());
        Assert.False(_file.IsUnshared);
        _file.LoadOrCreate(out _);
        Assert.False(_file.IsUnshared);
    }

    [Fact]
    public void IsUnshared_AnotherKeyInPlaceOfTheOneThatWasMade_IsFalseUntilThatIsBack()
    {
        var made = _file.LoadOrCreate(out _).Current;
        _file.Supersede(ClusterKey.NewRandom());
        Assert.False(_file.IsUnshared);

        _file.Supersede(made);
        Assert.True(_file.IsUnshared);
        var ring = _file.Load();
        ring.Rotate(ClusterKey.NewRandom(), TimeSpan.FromHours(1));
        _file.Replace(ring);
        Assert.False(_file.IsUnshared);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    public void IsUnshared_MarkThatIsDamagedOrOpen_IsFalse(string mark)
    {
        _file.LoadOrCreate(out _);
        var path = Path.Combine(_file.Folder, "cluster-key.unshared");
        var content = File.ReadAllText(path);

        File.WriteAllText(path, mark);
        Assert.False(_file.IsUnshared);
        File.WriteAllText(path, content);
        Assert.True(_file.IsUnshared);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.OtherWrite);
        Assert.False(_file.IsUnshared);
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
    public void Replace_RotationBegun_KeepsWhichKeyIsNext()
    {
        var (present, next) = (ClusterKey.NewRandom(), ClusterKey.NewRandom());
        _file.Create(present);
        var ring = _file.Load();
        ring.Accept(next, _clock.GetUtcNow() + TimeSpan.FromHours(1));
        _file.Replace(ring);

        var read = _file.Load();
        Assert.Equal([present, next], read.Accepted);
        Assert.Equal([present, next], read.Heard);
        Assert.True(read.Switch(next.Id));
        _file.Replace(read);
        Assert.Equal([next, present], _file.Load().Accepted);
        Assert.False(_file.Load().Switch(present.Id));
    }

    [Theory]
    [InlineData(" until soon")]
    [InlineData(" next until soon")]
    [InlineData(" next")]
    [InlineData("x next until 2026-01-01T00:00:00Z")]
    public void Load_WrongLineAfterTheFirst_IsRefused(string rest)
    {
        var key = ClusterKey.NewRandom();
        _file.Create(key);
        File.AppendAllText(_file.Path, key.ToToken() + rest + "\n");
        var error = Assert.Throws<ClusterKeyException>(() => _file.Load());
        Assert.Contains("holds no cluster key", error.Message);
        Assert.DoesNotContain(key.ToToken()[5..15], error.Message);
    }

    [Fact]
    public void Supersede_TwiceInOneSecond_KeepsBoth()
    {
        ClusterKey[] keys = [ClusterKey.NewRandom(), ClusterKey.NewRandom(), ClusterKey.NewRandom()];
        _file.Create(keys[0]);
        var first = _file.Supersede(keys[1])!;
        var second = _file.Supersede(keys[2])!;
        Assert.Null(_file.Supersede(keys[2]));

        Assert.Equal(keys[2], _file.Load().Current);
        Assert.Equal(keys[0].ToToken() + "\n", File.ReadAllText(first));
        Assert.Equal(keys[1].ToToken() + "\n", File.ReadAllText(second));
        Assert.EndsWith("cluster-key.old-20260101T000000Z", first);
    }

    [Fact]
    public void Supersede_DamagedFileThatOthersMayRead_IsKeptForItsOwnerOnly()
    {
        var key = ClusterKey.NewRandom();
        _file.Create(ClusterKey.NewRandom());
        File.WriteAllText(_file.Path, "rubbish");
        File.SetUnixFileMode(_file.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        var kept = _file.Supersede(key)!;

        Assert.Equal("rubbish", File.ReadAllText(kept));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(kept));
        Assert.Equal(key, _file.Load().Current);
    }

    [Fact]
    public void Load_NoFile_SaysSo() => Assert.Contains("no cluster key yet", Assert.Throws<ClusterKeyException>(() => _file.Load()).Message);
}
