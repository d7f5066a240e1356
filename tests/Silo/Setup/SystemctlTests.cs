using P2PMiner.Silo.Setup;

namespace P2PMiner.Silo.Tests.Setup;

/// <summary>The real calls, with a script in place of systemctl.</summary>
public sealed class SystemctlTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void State_OfEachAnswer_IsRead()
    {
        var systemd = Make("case $1 in is-enabled) exit 0 ;; is-active) exit 3 ;; esac");

        Assert.Equal(new UnitState(true, false), systemd.State("a.service"));
    }

    [Fact]
    public void Start_Refused_SaysWhatSystemctlSaid()
    {
        var systemd = Make("echo 'Job for a.service failed.' >&2; echo 'See journalctl.' >&2; exit 1");

        Assert.Equal("systemctl0 start a.service: Job for a.service failed. See journalctl.", Assert.Throws<SetupException>(() => systemd.Start("a.service")).Message);
    }

    [Fact]
    public void Calls_OfEachKind_NameVerbAndUnit()
    {
        var systemd = Make("echo \"$@\" >> \"${0%/*}/calls\"");

        systemd.Enable("a.service");
        systemd.Start("a.service");
        systemd.Restart("a.service");
        systemd.Stop("a.service");
        systemd.Disable("a.service");

        Assert.Equal(["enable a.service", "start a.service", "restart a.service", "stop a.service", "disable a.service"], File.ReadAllLines(Path.Combine(_folder.Path, "calls")));
    }

    [Fact]
    public void Obstacle_OfEachKind_IsNamed()
    {
        Assert.Null(Make("exit 0").Obstacle);
        Assert.Equal("the package of p2p-miner is not installed", Make("exit 1").Obstacle);
        Assert.Equal("only root may change services", Make("exit 0", isRoot: false).Obstacle);
        Assert.Equal("systemd does not run here", Make("exit 0", running: "/nowhere").Obstacle);
        Assert.Equal("another reason", Make("exit 0", obstacle: "another reason").Obstacle);
    }

    [Fact]
    public void Run_NoProgram_SaysSo()
        => Assert.StartsWith("/nowhere/systemctl: cannot be run", Assert.Throws<SetupException>(() => new Systemctl("/nowhere/systemctl", "/", true, null).State("a")).Message);

    private Systemctl Make(string script, bool isRoot = true, string? running = null, string? obstacle = null)
    {
        var program = _folder.File($"systemctl{Directory.GetFiles(_folder.Path).Length}", $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new(program, running ?? _folder.Path, isRoot, obstacle);
    }
}
