using System.Diagnostics;
using System.Text;
using CsCheck;

namespace P2PMiner.Security.Tests;

/// <summary>Each file of a data folder in every state that a disk, another user or an accident can leave it in.</summary>
public sealed class DataStoreTests : IDisposable
{
    private const string Name = "cluster-key";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int MaxBytes = 64;

    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(56);

    private readonly string _outside = Directory.CreateTempSubdirectory("p2p-store-").FullName;
    private readonly DataStore _store;

    public DataStoreTests() => _store = new(Path.Combine(_outside, "deep", "data"));

    private string File => _store.PathOf(Name);

    public void Dispose() => Directory.Delete(_outside, recursive: true);

    [Fact]
    public void Read_NoFolderOrNoFile_IsNull()
    {
        Assert.Null(_store.Read(Name, MaxBytes));
        _store.Replace("other", "x"u8);
        Assert.Null(_store.Read(Name, MaxBytes));
    }

    [Fact]
    public void Remove_ThereOrNot_LeavesNone()
    {
        _store.Remove(Name);
        _store.Replace(Name, "x"u8);
        _store.Remove(Name);

        Assert.Null(_store.Read(Name, MaxBytes));
    }

    [Fact]
    public void Replace_AnyBytes_AreReadBackAndNothingElseIsLeft() => Gen.Byte.Array[0, MaxBytes].Sample(
        content =>
        {
            _store.Replace(Name, content);
            Assert.Equal(content, _store.Read(Name, MaxBytes));
            Assert.Equal(File, Assert.Single(Directory.GetFiles(_store.Folder)));
        },
        iter: 20, threads: 1);

    [Fact]
    public void TryCreate_ManyAtOnce_OneMakesItAndNothingElseIsLeft()
    {
        var made = Enumerable.Range(0, 16).AsParallel().WithDegreeOfParallelism(16).Count(i => _store.TryCreate(Name, [(byte)i]));

        Assert.Equal(1, made);
        Assert.Equal(File, Assert.Single(Directory.GetFiles(_store.Folder)));
    }

    [Fact]
    public void TryCreate_FileThere_LeavesItAsItIs()
    {
        Assert.True(_store.TryCreate(Name, "one"u8));
        Assert.False(_store.TryCreate(Name, "two"u8));
        Assert.Equal("one", Text());
    }

    [Theory]
    [InlineData("000")]
    [InlineData("022")]
    public void Write_WhateverTheUmask_IsItsOwnersAlone(string umask)
    {
        // The umask belongs to the process, which runs other tests at the same time: another process sets its own and runs the same code.
        var script = $"umask {umask}; exec dotnet '{typeof(Silo.Node.NodeIdentity).Assembly.Location}' cluster init --data '{_store.Folder}'";
        using var run = Process.Start(new ProcessStartInfo("sh", ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = run.StandardError.ReadToEnd();
        run.WaitForExit();

        Assert.True(run.ExitCode == 0, error);
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, System.IO.File.GetUnixFileMode(_store.Folder));
        Assert.Equal(OwnerOnly, System.IO.File.GetUnixFileMode(File));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void Folder_OthersMayWrite_IsRefusedWithTheCommandThatMendsIt(UnixFileMode extra)
    {
        _store.Replace(Name, "x"u8);
        System.IO.File.SetUnixFileMode(_store.Folder, OwnerOnly | UnixFileMode.UserExecute | extra);

        Assert.All(Uses(), use => Assert.Contains($"run chmod -R go-rwx {_store.Folder}", Assert.Throws<DataFileException>(use).Message));
    }

    [Fact]
    [Trait("Lane", "Full")]
    public void Folder_OfAnotherUser_RootReadsAndDoesNotWrite()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can give files away");
        _store.Replace(Name, "x"u8);
        Chown("12345", _store.Folder, File);

        Assert.Equal("x", Text());
        Assert.All(Uses().Skip(1), use
            => Assert.Contains("belongs to user 12345, and this process runs as root", Assert.Throws<DataFileException>(use).Message));
        Assert.Equal(File, Assert.Single(Directory.GetFiles(_store.Folder)));
    }

    [Fact]
    [Trait("Lane", "Full")]
    public void File_OfAnotherUser_IsRefused()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can give files away");
        _store.Replace(Name, "x"u8);
        Chown("12345", File);

        Assert.Contains("belongs to user 12345", Assert.Throws<DataFileException>(() => _store.Read(Name, MaxBytes)).Message);
        Assert.Contains("belongs to user 12345", Assert.Throws<DataFileException>(() => _store.Prepare(Name)).Message);
    }

    [Fact]
    [Trait("Lane", "Full")]
    public void Folder_BehindALinkOfAnotherUser_IsNotWritten()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can give files away");
        _store.Replace(Name, "x"u8);
        var link = Path.Combine(_outside, "link");
        Directory.CreateSymbolicLink(link, _store.Folder);
        new DataStore(link).Replace("mine", "x"u8);
        Chown("12345", link);

        var error = Assert.Throws<DataFileException>(() => new DataStore(Path.Combine(link, "below")).Replace(Name, "y"u8));

        Assert.Equal($"{link}: is a symbolic link of user 12345; name the folder itself", error.Message);
        Assert.Equal("x", Text());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Link_IsNotFollowed(bool isDangling)
    {
        var target = Path.Combine(_outside, "target");
        _store.Replace("other", "x"u8);
        System.IO.File.CreateSymbolicLink(File, target);
        if (!isDangling)
        {
            System.IO.File.WriteAllText(target, "of another");
        }

        Assert.Contains("is a symbolic link", Assert.Throws<DataFileException>(() => _store.Read(Name, MaxBytes)).Message);
        Assert.Contains("is a symbolic link", Assert.Throws<DataFileException>(() => _store.Prepare(Name)).Message);
        Assert.False(_store.TryCreate(Name, "mine"u8));
        _store.Replace(Name, "mine"u8);

        // The link was replaced; what it led to was not.
        Assert.Equal("mine", Text());
        Assert.Equal(isDangling ? null : "of another", System.IO.File.Exists(target) ? System.IO.File.ReadAllText(target) : null);
    }

    [Fact]
    public void LinkForALock_IsNotFollowed()
    {
        _store.Replace(Name, "x"u8);
        System.IO.File.CreateSymbolicLink(_store.PathOf(DataStore.LockName), Path.Combine(_outside, "target"));

        Assert.Contains("is a symbolic link", Assert.Throws<DataFileException>(() => _store.Lock()).Message);
        Assert.False(System.IO.File.Exists(Path.Combine(_outside, "target")));
    }

    [Fact]
    public void HardLink_IsReplacedAndNeverWrittenThrough()
    {
        var other = Path.Combine(_outside, "other");
        _store.Replace(Name, "x"u8);
        Run("ln", File, other);

        Assert.Contains("has a second name", Assert.Throws<DataFileException>(() => _store.Prepare(Name)).Message);
        _store.Replace(Name, "y"u8);

        Assert.Equal("x", System.IO.File.ReadAllText(other));
    }

    [Fact]
    public void Fifo_IsRefusedAtOnce()
    {
        _store.Replace("other", "x"u8);
        Run("mkfifo", File);

        Assert.Contains("is not a plain file", Assert.Throws<DataFileException>(() => _store.Read(Name, MaxBytes)).Message);
        Assert.Contains("is not a plain file", Assert.Throws<DataFileException>(() => _store.Prepare(Name)).Message);
        _store.Replace(Name, "y"u8);
        Assert.Equal("y", Text());
    }

    [Fact]
    public void FolderInItsPlace_IsRefused()
    {
        _store.Replace("other", "x"u8);
        Directory.CreateDirectory(File);

        Assert.Throws<DataFileException>(() => _store.Read(Name, MaxBytes));
        Assert.Throws<DataFileException>(() => _store.Replace(Name, "y"u8));
        Assert.Single(Directory.GetFiles(_store.Folder));
    }

    [Fact]
    public void Read_TooLong_IsRefused()
    {
        _store.Replace(Name, new byte[MaxBytes + 1]);
        Assert.Contains("is longer than 64 bytes", Assert.Throws<DataFileException>(() => _store.Read(Name, MaxBytes)).Message);
    }

    [Fact]
    public void ReadSecret_OthersMayRead_IsRefused()
    {
        _store.Replace(Name, "x"u8);
        System.IO.File.SetUnixFileMode(File, OwnerOnly | UnixFileMode.GroupRead);

        Assert.Equal("x", Text());
        Assert.Contains("run chmod 600", Assert.Throws<DataFileException>(() => _store.Read(Name, MaxBytes, FileUse.ReadSecret)).Message);
    }

    [Fact]
    public void Prepare_FileOfAnEarlierVersion_IsItsOwnersAloneAfterwards()
    {
        _store.Replace(Name, "x"u8);
        _store.Replace($"{Name}-wal", "x"u8);
        System.IO.File.SetUnixFileMode(File, OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        System.IO.File.SetUnixFileMode($"{File}-wal", OwnerOnly | UnixFileMode.OtherRead);

        Assert.Equal(File, _store.Prepare(Name, $"{Name}-wal", $"{Name}-shm"));

        Assert.All(Directory.GetFiles(_store.Folder), file => Assert.Equal(OwnerOnly, System.IO.File.GetUnixFileMode(file)));
        Assert.Equal(2, Directory.GetFiles(_store.Folder).Length);
    }

    [Fact]
    public void SetAside_Twice_KeepsBothForTheirOwner()
    {
        Assert.Null(_store.SetAside(Name, "damaged", Now));
        _store.Replace(Name, "one"u8);
        System.IO.File.SetUnixFileMode(File, OwnerOnly | UnixFileMode.OtherWrite);
        Assert.Equal($"{File}.damaged-20260101T000000Z", _store.SetAside(Name, "damaged", Now));
        _store.Replace(Name, "two"u8);
        Assert.Equal($"{File}.damaged-20260101T000000Z-2", _store.SetAside(Name, "damaged", Now));

        Assert.All(Directory.GetFiles(_store.Folder), file => Assert.Equal(OwnerOnly, System.IO.File.GetUnixFileMode(file)));
        Assert.Equal("two", System.IO.File.ReadAllText($"{File}.damaged-20260101T000000Z-2"));
    }

    [Fact]
    public void IsLocked_ByAnother_IsToldWithoutATrace()
    {
        Assert.False(_store.IsLocked());
        Assert.False(System.IO.File.Exists(_store.PathOf(DataStore.LockName)));

        using (_store.Lock())
        {
            Assert.True(_store.IsLocked());
            Assert.True(_store.IsLocked());
        }

        Assert.False(_store.IsLocked());
        _store.Lock().Dispose();
    }

    [Fact]
    public void Lock_Held_IsRefusedUntilItIsGivenBack()
    {
        using (_store.Lock())
        {
            var error = Assert.Throws<DataFileException>(() => _store.Lock());
            Assert.Equal($"{_store.Folder}: another p2p-miner runs with this folder; give each its own with --data", error.Message);
        }

        _store.Lock().Dispose();
    }

    [Theory]
    [Trait("Lane", "Full")]
    [InlineData("size=4k", "No space left on device")]
    [InlineData("size=64k,ro", "Read-only file system")]
    public void Disk_FullOrReadOnly_IsNamedAndTheFileStaysAsItWas(string options, string reason)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can mount a file system");
        // In a mount namespace of its own, which ends with the process.
        var program = typeof(Silo.Node.NodeIdentity).Assembly.Location;
        var script = $"mount -t tmpfs -o size=64k,mode=700 none '{_outside}' && dotnet '{program}' cluster init --data '{_outside}' >/dev/null"
            + $" && cp -p '{File.Replace("deep/data/", "")}' /dev/shm/key.$$ && mount -o remount,{options} '{_outside}'"
            + $"; dotnet '{program}' cluster init --data '{_outside}/new'; code=$?; cmp '{_outside}/{Name}' /dev/shm/key.$$ || code=1; ls -A '{_outside}'; rm /dev/shm/key.$$; exit $code";
        using var run = Process.Start(
            new ProcessStartInfo("unshare", ["-m", "sh", "-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = run.StandardError.ReadToEnd();
        var left = run.StandardOutput.ReadToEnd();
        run.WaitForExit();

        Assert.True(run.ExitCode == 78, error);
        Assert.Contains(reason, error);
        Assert.DoesNotContain("new/", left);
    }

    /// <summary>Every way to use a file, reading first.</summary>
    private IEnumerable<Action> Uses() =>
    [
        () => _store.Read(Name, MaxBytes), () => _store.TryCreate(Name, "x"u8), () => _store.Replace(Name, "x"u8), () => _store.Prepare(Name),
        () => _store.SetAside(Name, "old", Now), () => _store.Lock(), () => _store.Remove(Name),
    ];

    private string? Text() => _store.Read(Name, MaxBytes) is { } content ? Encoding.ASCII.GetString(content) : null;

    private static void Chown(string user, params string[] paths) => Run("chown", ["-h", user, .. paths]);

    private static void Run(string program, params string[] arguments)
    {
        using var run = Process.Start(program, arguments);
        run.WaitForExit();
        Assert.Equal(0, run.ExitCode);
    }
}
