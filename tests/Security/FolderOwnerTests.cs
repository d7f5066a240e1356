using System.Diagnostics;

namespace P2PMiner.Security.Tests;

/// <summary>Root at work in folders of others. User ids need no user.</summary>
[Trait("Lane", "Full")]
public sealed class FolderOwnerTests : IDisposable
{
    private const uint Owner = 54321;
    private const uint Group = 54322;

    private readonly string _outside = Directory.CreateTempSubdirectory("p2p-owner-").FullName;
    private readonly FolderOwner _owner;

    public FolderOwnerTests()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can act as others");
        // As /var/lib: root's, and all may pass.
        File.SetUnixFileMode(_outside, (UnixFileMode)0b111_101_101);
        // A user that every system has.
        _owner = new(Folder, "nobody");
    }

    private string Folder => Path.Combine(_outside, "data");

    private string KeyFile => Path.Combine(Folder, ClusterKeyFile.FileName);

    public void Dispose() => Directory.Delete(_outside, recursive: true);

    [Fact]
    public void Act_FolderOfAnother_WritesForThatUserAloneAndIsRootAgainAfterwards()
    {
        Give(Folder);
        var file = new ClusterKeyFile(Folder, TimeProvider.System);

        var acting = _owner.Act(Folder, () =>
        {
            file.Create(ClusterKey.NewRandom());
            Assert.NotNull(file.Supersede(ClusterKey.NewRandom()));
            return Libc.ActingUser;
        });

        Assert.Equal((Owner, 0u), (acting, Libc.ActingUser));
        var made = Directory.GetFiles(Folder);
        Assert.Equal(2, made.Length);
        Assert.All(made, path => Assert.Equal(
            (Owner, Group, UnixFileMode.UserRead | UnixFileMode.UserWrite), (Facts(path).Owner, Facts(path).Group, Facts(path).Mode)));
        // Root's console reads it without being that user.
        Assert.NotNull(file.Load());
    }

    [Fact]
    public void Act_WorkFails_IsRootAgain()
    {
        Give(Folder);
        Assert.Throws<InvalidOperationException>(() => _owner.Act<bool>(Folder, () => throw new InvalidOperationException()));
        Assert.Equal(0u, Libc.ActingUser);
    }

    [Fact]
    public async Task Act_OtherThreadsMeanwhile_StayRoot()
    {
        Give(Folder);
        using var acts = new ManualResetEventSlim();
        using var asked = new ManualResetEventSlim();
        var work = Task.Factory.StartNew(() => _owner.Act(Folder, () =>
        {
            acts.Set();
            return asked.Wait(TimeSpan.FromSeconds(20));
        }), TaskCreationOptions.LongRunning);

        Assert.True(acts.Wait(TimeSpan.FromSeconds(20)));
        var here = Libc.ActingUser;
        asked.Set();

        Assert.True(await work);
        Assert.Equal(0u, here);
    }

    [Fact]
    public void Act_OwnerHasPutALinkInTheWay_HasNoRightsOfRootBehindIt()
    {
        var secret = Directory.CreateDirectory(Path.Combine(_outside, "secret"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Give(Folder);
        Run("ln", "-s", secret.FullName, Path.Combine(Folder, "deeper"));
        Run("chown", "-h", $"{Owner}", Path.Combine(Folder, "deeper"));

        Assert.Throws<ClusterKeyException>(() => _owner.Act(Folder, () =>
        {
            new ClusterKeyFile(Path.Combine(Folder, "deeper"), TimeProvider.System).Create(ClusterKey.NewRandom());
            return true;
        }));
        Assert.Empty(secret.GetFiles());
    }

    [Fact]
    public void Act_FolderOfTheServiceIsMissing_IsMadeForItsUser()
    {
        _owner.Act(Folder, () => Create(Folder));

        var user = Libc.FindUser("nobody")!.Value;
        Assert.Equal((user.User, user.Group), (Facts(Folder).Owner, Facts(Folder).Group));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, Facts(Folder).Mode);
        Assert.Equal(user.User, Facts(KeyFile).Owner);
    }

    [Fact]
    public void Act_AnotherFolderIsMissingOrThereIsNoSuchUser_IsMadeForRoot()
    {
        var other = Path.Combine(_outside, "other");
        _owner.Act(other, () => Create(other));
        Assert.Equal(0u, Facts(other).Owner);

        new FolderOwner(Folder, "no-such-user-here").Act(Folder, () => Create(Folder));
        Assert.Equal(0u, Facts(KeyFile).Owner);
    }

    [Theory]
    [InlineData("cluster", "init")]
    [InlineData("join", "TOKEN")]
    public async Task KeyCommand_RunByRoot_WritesForTheFoldersOwner(params string[] command)
    {
        Give(Folder);
        var token = ClusterKey.NewRandom().ToToken();
        using var run = Process.Start(new ProcessStartInfo("dotnet", [typeof(Silo.Node.NodeIdentity).Assembly.Location,
            .. command.Select(word => word == "TOKEN" ? token : word), "--data", Folder])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var error = await run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(run.ExitCode == 0, error);
        Assert.Equal((Owner, Group), (Facts(KeyFile).Owner, Facts(KeyFile).Group));
    }

    private static bool Create(string folder)
    {
        new ClusterKeyFile(folder, TimeProvider.System).Create(ClusterKey.NewRandom());
        return true;
    }

    private static FileFacts Facts(string path) => Libc.Facts(path);

    private static void Give(string folder)
    {
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Run("chown", $"{Owner}:{Group}", folder);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var run = Process.Start(program, arguments);
        run.WaitForExit();
        Assert.Equal(0, run.ExitCode);
    }
}
