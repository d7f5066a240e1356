using P2PMiner.Pools.Connections;
using P2PMiner.Silo.Settings;

namespace P2PMiner.Silo.Tests.Settings;

/// <summary>orleans.json as it is shipped.</summary>
public sealed class ExampleFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Example_WithEverySettingUncommented_IsRead()
    {
        var settings = SettingsFile.Read(_folder.File("all.json", ExampleFile.Uncommented()));

        Assert.All(settings, pair
            => SettingsSchema.Find(pair.Key)!.Read(pair.Key.EndsWith("Fingerprint", StringComparison.Ordinal) ? new('a', 64) : pair.Value));
        Assert.Equal(typeof(PoolEntry).GetProperties().Length, settings.Keys.Count(key => key.StartsWith("Pool:Pools:0:", StringComparison.Ordinal)));
    }

    [Fact]
    public void Example_NamesEverySettingOfTheMainSections()
    {
        var named = SettingsFile.Read(_folder.File("all.json", ExampleFile.Uncommented())).Keys;
        var main = SettingsSchema.Defaults().Select(entry => entry.Setting.Key)
            .Where(key => key.Split(':')[0] is "Node" or "Hashing" or "Pool" or "Web" or "Output");

        Assert.Empty(main.Except(named));
    }
}
