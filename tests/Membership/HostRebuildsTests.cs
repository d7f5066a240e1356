using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Silo.Membership;
using P2PMiner.Silo.Node;

namespace P2PMiner.Membership.Tests;

public class HostRebuildsTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly HostRebuilds _rebuilds;

    public HostRebuildsTests() => _rebuilds = new(_clock, NullLogger<HostRebuilds>.Instance);

    [Fact]
    public void TryBegin_SuspendedEveryNightForAYear_GoesOn()
    {
        for (var day = 0; day < 365; day++)
        {
            Assert.True(_rebuilds.TryBegin(), $"ended on day {day}");
            _clock.Advance(TimeSpan.FromDays(1));
        }
    }

    [Fact]
    public void TryBegin_SuspendedTenTimesForAMinute_GoesOn()
    {
        for (var i = 0; i < 10; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(60));
            Assert.True(_rebuilds.TryBegin());
        }
    }

    [Fact]
    public void TryBegin_OneEveryMinute_EndsWithinTheHour()
    {
        var begun = _clock.GetUtcNow();
        while (_rebuilds.TryBegin())
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.InRange(_clock.GetUtcNow() - begun, TimeSpan.FromMinutes(HostRebuilds.Limit), TimeSpan.FromHours(1));
    }

    [Fact]
    public void TryBegin_ClockSetBack_ForgivesNothingAndTakesNothing()
    {
        for (var i = 0; i < HostRebuilds.Limit; i++)
        {
            _clock.AdjustTime(_clock.GetUtcNow() - TimeSpan.FromDays(1));
            Assert.True(_rebuilds.TryBegin());
        }

        Assert.False(_rebuilds.TryBegin());
    }

    [Fact]
    public async Task Wanted_SeveralReasons_KeepsTheFirst()
    {
        _rebuilds.Request("first");
        _rebuilds.Request("second");
        Assert.Equal("first", await _rebuilds.Wanted);
        Assert.True(_rebuilds.TryBegin());
        Assert.False(_rebuilds.Wanted.IsCompleted);
    }

    [Fact]
    public async Task FatalError_OfAHostTakenDown_WantsNothing()
    {
        var isTakenDown = false;
        var handler = new RebuildingFatalErrorHandler(_rebuilds, () => isTakenDown, NullLogger<RebuildingFatalErrorHandler>.Instance);
        isTakenDown = true;
        handler.OnFatalException(this, "late", null);
        Assert.False(_rebuilds.Wanted.IsCompleted);

        isTakenDown = false;
        handler.OnFatalException(this, null, new InvalidOperationException("I should be dead"));
        Assert.Equal("I should be dead", await _rebuilds.Wanted);
    }

    [Fact]
    public async Task Run_HostGivenUpTooOften_EndsForTheServiceManager()
    {
        var fences = 0;
        var hosts = 0;
        var loop = new SiloHostLoop(_rebuilds, () => fences++, TimeProvider.System, NullLogger<SiloHostLoop>.Instance);
        var code = await loop.RunAsync(() =>
        {
            hosts++;
            var host = Host.CreateEmptyApplicationBuilder(null).Build();
            host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(() => _rebuilds.Request("given up"));
            return host;
        }, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(ExitCode.StartAgain, code);
        Assert.Equal(HostRebuilds.Limit + 1, hosts);
        Assert.Equal(hosts, fences);
    }

    [Fact]
    public async Task Run_HostEnds_EndsWithoutFencing()
    {
        var loop = new SiloHostLoop(_rebuilds, () => Assert.Fail("fenced"), TimeProvider.System, NullLogger<SiloHostLoop>.Instance);
        var code = await loop.RunAsync(() =>
        {
            var host = Host.CreateEmptyApplicationBuilder(null).Build();
            var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
            lifetime.ApplicationStarted.Register(lifetime.StopApplication);
            return host;
        }, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(0, code);
    }

    [Fact]
    public async Task Run_Cancelled_StopsTheHostInOrder()
    {
        using var cancel = new CancellationTokenSource();
        var stopped = false;
        var loop = new SiloHostLoop(_rebuilds, () => Assert.Fail("fenced"), TimeProvider.System, NullLogger<SiloHostLoop>.Instance);
        var code = await loop.RunAsync(() =>
        {
            var host = Host.CreateEmptyApplicationBuilder(null).Build();
            var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
            lifetime.ApplicationStarted.Register(cancel.Cancel);
            lifetime.ApplicationStopped.Register(() => stopped = true);
            return host;
        }, cancel.Token).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(0, code);
        Assert.True(stopped);
    }
}
