using System.Net;
using CsCheck;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Hashing;
using P2PMiner.Native;
using P2PMiner.Pools.Practice;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Practice;

/// <summary>The plain state classes and values of the practice pool.</summary>
public sealed class PracticeRulesTests
{
    [Fact]
    public void Retarget_AnySteadyRate_SettlesNearTheShareInterval() =>
        Gen.Double[20, 100_000].Sample(rate =>
        {
            var clock = new FakeTimeProvider();
            var options = new PracticePoolOptions { MinDifficulty = 1 };
            var difficulty = new VariableDifficulty(options, clock);
            for (var shares = 0; shares < 200; shares++)
            {
                var wait = TimeSpan.FromSeconds(difficulty.Current / rate);
                for (; wait > TimeSpan.FromSeconds(1); wait -= TimeSpan.FromSeconds(1))
                {
                    clock.Advance(TimeSpan.FromSeconds(1));
                    difficulty.Retarget();
                }

                clock.Advance(wait);
                difficulty.Credit(difficulty.Current);
                difficulty.Retarget();
            }

            Assert.InRange(difficulty.Current / rate, 3 / 1.6, 3 * 1.6);
        }, iter: 200);

    [Fact]
    public void Retarget_AnyShares_StaysWithinItsBoundsAndMovesInSteps() =>
        Gen.Select(Gen.Double[0, 60], Gen.Int[0, 40]).Array[1, 50].Sample(steps =>
        {
            var clock = new FakeTimeProvider();
            var difficulty = new VariableDifficulty(new() { StartDifficulty = 500, MinDifficulty = 100, MaxDifficulty = 1_000_000 }, clock);
            foreach (var (seconds, shares) in steps)
            {
                clock.Advance(TimeSpan.FromSeconds(seconds));
                for (var i = 0; i < shares; i++)
                {
                    difficulty.Credit(difficulty.Current);
                }

                var before = difficulty.Current;
                Assert.Equal(difficulty.Retarget(), difficulty.Current != before);
                Assert.InRange(difficulty.Current, 100UL, 1_000_000UL);
                Assert.InRange((double)difficulty.Current / before, 0.249, 16.01);
            }
        });

    [Fact]
    public void Take_AnyBurst_GoesThroughAndTheRestWaitsItsTurn()
    {
        var clock = new FakeTimeProvider();
        var bucket = new TokenBucket(perSecond: 2, burst: 3, clock);
        Assert.All(Enumerable.Range(0, 3), _ => Assert.Equal(TimeSpan.Zero, bucket.Take()));
        Assert.Equal(TimeSpan.FromSeconds(0.5), bucket.Take());
        Assert.Equal(TimeSpan.FromSeconds(1), bucket.Take());
        clock.Advance(TimeSpan.FromHours(1));
        Assert.All(Enumerable.Range(0, 3), _ => Assert.Equal(TimeSpan.Zero, bucket.Take()));
        Assert.Equal(TimeSpan.FromSeconds(0.5), bucket.Take());
    }

    [Fact]
    public void Add_ScoreReached_BansTheNetworkUntilTheTimeIsOver()
    {
        var clock = new FakeTimeProvider();
        var bans = new BanList(banScore: 5, TimeSpan.FromMinutes(10), clock);
        var address = IPAddress.Parse("2001:db8::1");
        Assert.False(bans.Add(address, 4));
        Assert.False(bans.Add(address, -1));
        Assert.False(bans.Add(address, 1));
        Assert.False(bans.IsBanned(address));
        Assert.True(bans.Add(address, 1));
        Assert.False(bans.Add(address, 1));
        Assert.True(bans.IsBanned(IPAddress.Parse("2001:db8::2")));
        Assert.False(bans.IsBanned(IPAddress.Parse("2001:db8:0:1::1")));

        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.False(bans.IsBanned(address));
        Assert.False(bans.Add(address, 4));
    }

    [Fact]
    public void Add_MoreAddressesThanRemembered_NewOnesAreStillBanned()
    {
        var clock = new FakeTimeProvider();
        var bans = new BanList(banScore: 1, TimeSpan.FromMinutes(10), clock);
        for (var i = 0; i < 25_000; i++)
        {
            clock.Advance(TimeSpan.FromMicroseconds(1));
            Assert.True(bans.Add(new IPAddress(i + 1L), 1));
            Assert.True(bans.IsBanned(new IPAddress(i + 1L)));
        }
    }

    [Fact]
    public void Job_AnyDifficulty_TargetTextMeansIt() => Gen.Select(Gen.ULong[1, 1_000_000_000_000], Gen.Bool).Sample((difficulty, isShort) =>
    {
        var block = new PracticeBlock { Height = 1, Seed = Seed.None, NextSeed = null };
        var job = new PracticeJob("1", block, Algorithm.RandomX, block.Blob(0, 0, 1_795_435_024, 0), difficulty, isShort);

        Assert.True(Target.TryParse(job.TargetHex, out var target));
        Assert.Equal(target, job.Target);
        Assert.InRange((double)job.Target.Difficulty / difficulty, 0.99, 1.01);
    });

    [Fact]
    public void Blob_AnyRefreshAndExtraNonce_HasItsOwnRoot()
    {
        var block = new PracticeBlock { Height = 1, Seed = Seed.None, NextSeed = null };
        var roots = new HashSet<string>();
        for (uint refresh = 0; refresh < 20; refresh++)
        {
            for (uint extraNonce = 0; extraNonce < 20; extraNonce++)
            {
                var blob = block.Blob(refresh, extraNonce, 1_795_435_024, 9);
                Assert.True(roots.Add(Convert.ToHexString(blob, 43, 32)));
                Assert.Equal("1010" + "90d490d806" + Convert.ToHexStringLower(block.Previous) + "00000009", Convert.ToHexStringLower(blob, 0, 43));
                Assert.InRange(blob.Length, 76, 77);
                Assert.Equal(blob.Length == 77, blob[75] >= 0x80);
            }
        }
    }

    [Theory]
    [InlineData("Port", "70000", "Port")]
    [InlineData("Bind", "nowhere", "Bind: 'nowhere' is not an IP address")]
    [InlineData("Seed", "12", "Seed: '12' is not 64 hex digits")]
    [InlineData("StartDifficulty", "0", "StartDifficulty")]
    [InlineData("MinDifficulty", "501", "StartDifficulty: 500 is not between")]
    [InlineData("BlockInterval", "00:00:00", "BlockInterval")]
    [InlineData("MaxLineBytes", "5", "MaxLineBytes")]
    public void Options_WrongValue_NamesTheKey(string key, string value, string expected)
    {
        using var provider = Services((key, value));
        var error = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<PracticePoolOptions>>().Value);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddPracticePool_Defaults_AreValidAndItStartsBeforeOthers()
    {
        await using var provider = Services();
        var service = (Microsoft.Extensions.Hosting.IHostedLifecycleService)provider.GetServices<Microsoft.Extensions.Hosting.IHostedService>()
            .Single(s => s is Microsoft.Extensions.Hosting.IHostedLifecycleService);
        await service.StartingAsync(default);
        var (_, job) = await RawMiner.LoginAsync(provider.GetRequiredService<PracticePool>().Endpoint);
        Assert.InRange((int)job.Target.Difficulty, 500, 501);
        await service.StoppedAsync(default);
    }

    private static ServiceProvider Services(params (string Key, string Value)[] settings) => new ServiceCollection()
        .AddLogging()
        .AddSingleton<IHashEngine>(new FakeHashEngine())
        .AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create<string, string?>($"PracticePool:{s.Key}", s.Value))).Build())
        .AddSingleton(TimeProvider.System)
        .AddPracticePoolOptions()
        .AddPracticePool(_ => true)
        .BuildServiceProvider();
}
