using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace P2PMiner.Native;

public sealed class HashEngineOptionsTests
{
    [Fact]
    public async Task AddHashEngine_Configuration_ReachesTheEngine()
    {
        await using var services = Services(("Hashing:Threads", "3"), ("Hashing:RandomXMode", "light"), ("Hashing:CpuAffinity", "0"));

        var engine = services.GetRequiredService<IHashEngine>();

        Assert.Equal(3, engine.GetStatus().Threads);
        Assert.Same(engine, services.GetRequiredService<IHashEngine>());
        Assert.Equal(RandomXMode.Light, services.GetRequiredService<IOptions<HashEngineOptions>>().Value.RandomXMode);
    }

    [Theory]
    [InlineData("Threads", "0")]
    [InlineData("Threads", "4097")]
    [InlineData("GuestThreads", "-1")]
    [InlineData("RamMegabytes", "1")]
    [InlineData("CpuAffinity", "0-x")]
    [InlineData("Niceness", "20")]
    [InlineData("Niceness", "-1")]
    public async Task AddHashEngine_WrongValue_NamesTheKey(string key, string value)
    {
        await using var services = Services(($"Hashing:{key}", value));

        var exception = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<HashEngineOptions>>().Value);

        Assert.Contains(key, exception.Message);
    }

    private static ServiceProvider Services(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
        return new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging().AddHashEngineOptions().AddHashEngine().BuildServiceProvider();
    }
}
