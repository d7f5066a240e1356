using System.Text;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Security;
using P2PMiner.Silo.Setup;

namespace P2PMiner.Silo.Tests.Setup;

/// <summary>A setup, ended anywhere, and what undo makes of it.</summary>
public sealed class SetupUndoTests
{
    private const string Settings = "setup.json";

    private static readonly SetupPlan All = new()
    {
        Settings = new Dictionary<string, string> { ["Pool:Pools:0:Url"] = "a.example:1", ["Pool:Pools:0:User"] = "me" },
        Key = ClusterKey.NewRandom(),
        Units = [new(Units.Tune, true), new(Units.Miner, true)],
    };

    private readonly FakeTimeProvider _clock = new();
    private readonly List<string> _said = [];

    public static TheoryData<bool, bool, bool> Beginnings => [.. from file in Both from key in Both from units in Both select (file, key, units)];

    private static bool[] Both => [false, true];

    [Theory]
    [MemberData(nameof(Beginnings))]
    public void Undo_AfterAKillAnywhere_GivesBackTheOriginal(bool hasFile, bool hasKey, bool hasUnits)
    {
        var steps = CountChanges(Machine(hasFile, hasKey, hasUnits), machine => Apply(machine));
        Assert.InRange(steps, 8, 20);
        foreach (var (at, after) in from at in Enumerable.Range(0, steps) from after in Both select (at, after))
        {
            var machine = Machine(hasFile, hasKey, hasUnits);
            var before = machine.Whole;
            Kill(machine, at, after, () => Apply(machine));

            Assert.True(Undo(machine));

            Assert.Equal(before, machine.Whole);
        }
    }

    [Theory]
    [MemberData(nameof(Beginnings))]
    public void Undo_KilledAnywhereAndDoneAgain_GivesBackTheOriginal(bool hasFile, bool hasKey, bool hasUnits)
    {
        var done = Machine(hasFile, hasKey, hasUnits);
        Apply(done);
        var steps = CountChanges(done, machine => Undo(machine));
        Assert.InRange(steps, 3, 20);
        foreach (var (at, after) in from at in Enumerable.Range(0, steps) from after in Both select (at, after))
        {
            var machine = Machine(hasFile, hasKey, hasUnits);
            var before = machine.Whole;
            Apply(machine);
            Kill(machine, at, after, () => Undo(machine));

            Assert.True(Undo(machine));

            Assert.Equal(before, machine.Whole);
        }
    }

    [Fact]
    public void Undo_Twice_SaysThatThereIsNothing()
    {
        var machine = Machine(true, true, true);
        Apply(machine);
        Undo(machine);
        var (before, changes) = (machine.Whole, machine.Changes);

        Assert.True(Undo(machine));

        Assert.Equal((before, changes), (machine.Whole, machine.Changes));
        Assert.StartsWith("nothing to undo", _said[^1]);
    }

    [Fact]
    public void Undo_TwoSetups_GoesBackOneByOne()
    {
        var machine = Machine(false, false, false);
        var first = machine.Whole;
        Apply(machine, All with { Key = null, Units = [] });
        var second = machine.Files[Settings];
        Apply(machine);

        Assert.True(Undo(machine));
        Assert.Equal(second, machine.Files[Settings]);
        Assert.Equal("1 earlier setup can be undone in the same way", _said[^1]);

        Assert.True(Undo(machine));
        Assert.Equal(first, machine.Whole);
    }

    [Fact]
    public void Undo_UnitsThatRanBefore_AreRestartedWhenTheFileIsBack()
    {
        var machine = Machine(true, false, true);
        Apply(machine);
        machine.Log.Clear();

        Undo(machine);

        Assert.Equal(
            [$"disable {Units.Miner}", "key back", "write setup.json", "mode setup.json", $"restart {Units.Tune}", $"restart {Units.Miner}", "remove setup.json.undo"], machine.Log);
    }

    [Fact]
    public void Undo_FileChangedByOthersSince_KeepsTheirs()
    {
        var machine = Machine(true, false, false);
        var original = machine.Files[Settings];
        Apply(machine);
        machine.Files[Settings] = Convert.ToBase64String("{ }"u8);

        Undo(machine);

        Assert.Equal(original, machine.Files[Settings]);
        Assert.Equal(Convert.ToBase64String("{ }"u8), machine.Files.Single(file => file.Key.StartsWith("setup.json.changed-")).Value);
    }

    [Fact]
    public void Undo_WhatOthersStoppedSince_StaysStopped()
    {
        var machine = Machine(false, false, true);
        Apply(machine);
        machine.UnitStates[Units.Miner] = default;

        Undo(machine);

        Assert.Equal(default, machine.UnitStates[Units.Miner]);
    }

    [Fact]
    public void Undo_PackageGone_GivesBackTheRest()
    {
        var machine = Machine(false, false, false);
        Apply(machine);
        machine.UnitStates.Clear();

        Assert.True(Undo(machine));
        Assert.Empty(machine.Files);
    }

    [Fact]
    public void Undo_ServicesOutOfReach_CanBeDoneAgain()
    {
        var machine = Machine(false, false, false);
        var before = machine.Whole;
        Apply(machine);
        machine.Obstacle = "only root may do that";

        Assert.False(Undo(machine));
        machine.Obstacle = null;

        Assert.True(Undo(machine));
        Assert.Equal(before, machine.Whole);
    }

    [Fact]
    public void Apply_UnitThatDoesNotStart_DoesTheRestAndSaysWhy()
    {
        var machine = Machine(false, false, false);
        machine.Broken.Add(Units.Tune);

        Assert.False(Apply(machine));

        Assert.Contains($"FAILED: systemctl start {Units.Tune}: Job failed", _said);
        Assert.Equal(new UnitState(true, true), machine.UnitStates[Units.Miner]);
        machine.Broken.Clear();
        Assert.True(Undo(machine));
    }

    [Fact]
    public void Apply_Stopped_EndsBetweenTwoSteps()
    {
        var machine = Machine(false, false, false);
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.Throws<OperationCanceledException>(() => Apply(machine, All, stop.Token));
        Assert.Empty(machine.Log);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[{}]")]
    [InlineData("[{\"Began\":\"2026-01-01T00:00:00Z\",\"Changes\":[{}]}]")]
    [InlineData("[{\"Began\":\"2026-01-01T00:00:00Z\",\"Changes\":[{\"Unit\":{}}]}]")]
    public void History_Damaged_NamesTheFileAndTouchesNothing(string text)
    {
        var machine = new FakeSetup();
        machine.Files["setup.json.undo"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

        Assert.Contains("/etc/p2p-miner/setup.json.undo", Assert.Throws<SetupException>(() => Apply(machine)).Message);
        Assert.Empty(machine.Log);
    }

    private static FakeSetup Machine(bool hasFile, bool hasKey, bool hasUnits)
    {
        var machine = new FakeSetup { KeyFile = hasKey ? "AAAA" : null };
        if (hasFile)
        {
            machine.Files[Settings] = Convert.ToBase64String("{ \"Node\": { \"Port\": 1 } }"u8);
            machine.Modes[Settings] = UnixFileMode.UserRead | UnixFileMode.OtherRead;
        }

        if (hasUnits)
        {
            machine.UnitStates[Units.Tune] = new(true, true);
            machine.UnitStates[Units.Miner] = new(false, true);
        }

        return machine;
    }

    private static int CountChanges(FakeSetup machine, Action<FakeSetup> act)
    {
        var before = machine.Changes;
        act(machine);
        return machine.Changes - before;
    }

    private static void Kill(FakeSetup machine, int at, bool after, Action act)
    {
        (machine.KillAt, machine.KillAfter) = (machine.Changes + at, after);
        Assert.Throws<FakeSetup.KilledException>(act);
        machine.KillAt = null;
    }

    private bool Apply(FakeSetup machine, SetupPlan? plan = null, CancellationToken cancellation = default)
        => new SetupRun(machine, Settings, new(machine, Settings, _clock), machine, machine, _said.Add).Apply(plan ?? All, cancellation);

    private bool Undo(FakeSetup machine)
        => new SetupUndo(machine, Settings, new(machine, Settings, _clock), _ => machine, machine, _clock, _said.Add).Run();
}
