using Microsoft.Extensions.Time.Testing;
using P2PMiner.Keys;
using P2PMiner.Security;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Hosting;
using P2PMiner.TestKit;

namespace P2PMiner.Silo.Tests.Hosting;

public sealed class NodeKeysTests : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromHours(24);
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingLogger<NodeKeys> _log = new();
    private readonly ClusterKey _present = ClusterKey.NewRandom();
    private readonly ClusterKey _new = ClusterKey.NewRandom();
    private readonly ClusterKeyFile _file;
    private readonly ClusterKeyRing _ring;
    private readonly NodeKeys _keys;

    public NodeKeysTests()
    {
        _file = new(_folder.Path, _clock);
        _file.Create(_present);
        _ring = _file.Load();
        _keys = new(_ring, _file, _clock, _log);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AcceptThenSwitch_StoresEachStepAndKeepsTheFormerForTheGrace()
    {
        Assert.Null(await _keys.AcceptAsync(Offer(_new)));
        Assert.Equal([_present, _new], _ring.Accepted);
        Assert.Equal([_present, _new], _file.Load().Accepted);

        Assert.Null(await _keys.SwitchAsync(_new.Id));
        Assert.Null(await _keys.SwitchAsync(_new.Id));
        Assert.Equal([_new, _present], _ring.Accepted);
        Assert.Equal([_new, _present], _file.Load().Accepted);

        // A start in the midst of the grace reads it from the file; its end needs none.
        var restarted = _file.Load();
        _clock.Advance(Grace - TimeSpan.FromSeconds(1));
        Assert.Equal([_new, _present], restarted.Accepted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([_new], restarted.Accepted);
        Assert.Equal([_new], _ring.Accepted);
    }

    [Fact]
    public async Task Withdraw_AfterAccept_LeavesAllAsItWasAndAnotherOfferIsTaken()
    {
        var before = File.ReadAllText(_file.Path);
        await _keys.AcceptAsync(Offer(_new));

        await _keys.WithdrawAsync(_new.Id);

        Assert.Equal([_present], _ring.Accepted);
        Assert.Equal(before, File.ReadAllText(_file.Path));
        Assert.NotNull(await _keys.SwitchAsync(_new.Id));
        Assert.Null(await _keys.AcceptAsync(Offer(ClusterKey.NewRandom())));
    }

    [Fact]
    public async Task Withdraw_CurrentKey_DoesNothing()
    {
        await _keys.AcceptAsync(Offer(_new));
        await _keys.SwitchAsync(_new.Id);

        await _keys.WithdrawAsync(_new.Id);
        await _keys.WithdrawAsync(_present.Id);

        Assert.Equal([_new, _present], _ring.Accepted);
    }

    [Fact]
    public async Task Accept_AnotherRotationJustBegan_IsRefusedForAMinute()
    {
        await _keys.AcceptAsync(Offer(_new));
        var second = ClusterKey.NewRandom();
        Assert.Contains("another rotation", await _keys.AcceptAsync(Offer(second)));

        _clock.Advance(NodeKeys.Turn);
        Assert.Null(await _keys.AcceptAsync(Offer(second)));
        // Who began first has waited too long: the second may be current elsewhere.
        Assert.Contains("another key was offered", await _keys.SwitchAsync(_new.Id));
        Assert.Null(await _keys.SwitchAsync(second.Id));
        Assert.Equal([second, _present], _ring.Accepted);
    }

    [Fact]
    public async Task Accept_FileCannotBeUsed_IsRefusedAndNothingChanges()
    {
        File.Delete(_file.Path);
        Assert.Contains("there is no cluster key yet", await _keys.AcceptAsync(Offer(_new)));
        Assert.Equal([_present], _ring.Accepted);
    }

    [Fact]
    public async Task Accept_OwnerPutAnotherKeyThere_IsRefusedAndTheFileKept()
    {
        _file.Supersede(ClusterKey.NewRandom());
        var before = File.ReadAllText(_file.Path);

        Assert.Contains("holds another key", await _keys.AcceptAsync(Offer(_new)));
        Assert.Equal(before, File.ReadAllText(_file.Path));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(721)]
    public async Task Accept_GraceOutOfRange_IsRefused(int hours)
        => Assert.Contains("grace", await _keys.AcceptAsync(new() { Token = _new.ToToken(), Grace = TimeSpan.FromHours(hours) }));

    [Fact]
    public async Task Accept_NoToken_IsRefusedWithoutRepeatingIt()
    {
        var refusal = await _keys.AcceptAsync(new() { Token = _new.ToToken()[..^3] + "zzz", Grace = Grace });
        Assert.Contains("typo", refusal);
        Assert.DoesNotContain(_new.ToToken()[5..15], refusal);
    }

    [Fact]
    public async Task Hear_AnotherNodeWithAKeyThatAStartMade_TheKeyIsSharedFromThenOn()
    {
        var file = new ClusterKeyFile(Path.Combine(_folder.Path, "made"), _clock);
        var ring = file.LoadOrCreate(out _);
        Assert.True(file.IsUnshared);

        new NodeKeys(ring, file, _clock, _log).Hear(BeaconIdOf(ring.Current));

        await Eventually.HoldsAsync(() => !file.IsUnshared, "the key to count as shared");
    }

    [Fact]
    public async Task Hear_OthersGoByTheAcceptedKey_FollowsThem()
    {
        await _keys.AcceptAsync(Offer(_new));

        _keys.Hear(BeaconIdOf(_new));

        await _log.WaitAsync("this node now uses the new cluster key");
        Assert.Equal(_new, _ring.Current);
        // Those that have not gone over yet are heard, and not followed back.
        _keys.Hear(BeaconIdOf(_present));
        Assert.Null(await _keys.SwitchAsync(_new.Id));
        Assert.Equal(_new, _ring.Current);
        Assert.Equal([_new, _present], _file.Load().Accepted);
    }

    [Fact]
    public async Task Hear_AfterAStart_FollowsAsWell()
    {
        await _keys.AcceptAsync(Offer(_new));
        var ring = _file.Load();
        new NodeKeys(ring, _file, _clock, _log).Hear(BeaconIdOf(_new));

        await _log.WaitAsync("this node now uses the new cluster key");
        Assert.Equal(_new, ring.Current);
    }

    [Fact]
    public async Task BeaconKeys_OfARotation_AreTakenBeforeAndForAMinuteAfter()
    {
        var beacons = new RingBeaconKeys(_ring);
        Assert.Equal([BeaconIdOf(_present)], Ids(beacons));

        await _keys.AcceptAsync(Offer(_new));
        Assert.Equal([BeaconIdOf(_present), BeaconIdOf(_new)], Ids(beacons));
        await _keys.SwitchAsync(_new.Id);
        Assert.Equal([BeaconIdOf(_new), BeaconIdOf(_present)], Ids(beacons));
        _clock.Advance(ClusterKeyRing.HandOver);
        Assert.Equal([BeaconIdOf(_new)], Ids(beacons));
        Assert.Equal([_new, _present], _ring.Accepted);
    }

    [Fact]
    public async Task BeaconKeys_ManyRotations_NeverExceedWhatABeaconIsComparedWith()
    {
        var beacons = new RingBeaconKeys(_ring);
        for (var i = 0; i < 8; i++)
        {
            var abandoned = ClusterKey.NewRandom();
            var key = ClusterKey.NewRandom();
            Assert.Null(await _keys.AcceptAsync(Offer(abandoned)));
            _clock.Advance(NodeKeys.Turn);
            Assert.Null(await _keys.AcceptAsync(Offer(key)));
            Assert.Contains(BeaconIdOf(key), Ids(beacons));
            Assert.InRange(Ids(beacons).Length, 1, BeaconKeyRing.MaxKeys);
            Assert.Null(await _keys.SwitchAsync(key.Id));
            Assert.Equal(BeaconIdOf(key), Ids(beacons)[0]);
        }

        Assert.Contains("8 old keys are still accepted here", await _keys.AcceptAsync(Offer(_new)));
        Assert.True(new FileInfo(_file.Path).Length < 8192);
        _file.Load();
    }

    [Fact]
    public async Task EveryStep_Logged_ShowsNoKey()
    {
        await _keys.AcceptAsync(Offer(_new));
        await _keys.SwitchAsync(_new.Id);
        var third = ClusterKey.NewRandom();
        await _keys.AcceptAsync(Offer(third));
        await _keys.WithdrawAsync(third.Id);

        Assert.Equal(4, _log.Lines.Count);
        foreach (var key in new[] { _present, _new, third })
        {
            Assert.All(_log.Lines, line => Assert.DoesNotContain(key.ToToken()[5..15], line));
        }
    }

    private static KeyOffer Offer(ClusterKey key) => new() { Token = key.ToToken(), Grace = Grace };

    private static UInt128 BeaconIdOf(ClusterKey key) => UInt128.Parse(key.Id, System.Globalization.NumberStyles.HexNumber, null);

    private static UInt128[] Ids(RingBeaconKeys beacons) => [.. beacons.Now().Select(key => key.ClusterId)];
}
