using P2PMiner.Silo.Settings;
using P2PMiner.Silo.Setup;

namespace P2PMiner.Silo.Tests.Setup;

public sealed class SettingsTextTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_AnySettings_ReadsBackAsTheSame()
    {
        var settings = Enumerable.Range(0, 12).ToDictionary(i => $"Pool:Pools:{i}:Url", i => $"pool{i}.example:{i + 1}");
        settings["Pool:Pools:11:Pass"] = "a \"b\" \\ é ";
        settings["Pool:Pools:3:KeepAlive"] = "true";
        settings["Node:Port"] = "1234";
        settings["Hashing:Threads"] = "";
        settings["Discovery:Timeout"] = "00:00:02";
        settings["Discovery:Seeds:0"] = "a.example:1";
        settings["Discovery:Seeds:1"] = "b.example:1";

        var file = Path.Combine(_folder.Path, "s.json");
        File.WriteAllBytes(file, SettingsText.Write(settings));

        Assert.Equal(settings.OrderBy(pair => pair.Key), SettingsFile.Read(file).OrderBy(pair => pair.Key)
            .Select(pair => KeyValuePair.Create(pair.Key, pair.Value is "True" or "False" ? pair.Value.ToLowerInvariant() : pair.Value)));
        Assert.Contains("\"Port\": 1234", File.ReadAllText(file));
    }
}
