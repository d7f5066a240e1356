using System.Collections;
using P2PMiner.Silo.Alerts;
using P2PMiner.Silo.Doctor;

namespace P2PMiner.Silo.Tests.Alerts;

public sealed class AlertSettingsTests : IDisposable
{
    private const string Secret = "a-secret-in-the-attic";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("WebhookUrl", "hooks.example/" + Secret, "Alerts:WebhookUrl: is not an address that begins with https:// or http://")]
    [InlineData("WebhookUrl", "ftp://hooks.example/" + Secret, "Alerts:WebhookUrl: is not an address that begins with https:// or http://")]
    [InlineData("HeartbeatUrl", "https://", "Alerts:HeartbeatUrl: is not an address that begins with https:// or http://")]
    [InlineData("HeartbeatUrl", "https://me:" + Secret + "@hc.example/", "Alerts:HeartbeatUrl: has a user before the host")]
    [InlineData("NtfyUrl", "https://ntfy.sh", "Alerts:NtfyUrl: has no topic; expected https://ntfy.sh/TOPIC")]
    [InlineData("NtfyToken", Secret, "Alerts:NtfyToken: has no meaning without Alerts:NtfyUrl")]
    [InlineData("NtfyToken", Secret + " and more", "Alerts:NtfyToken: has a space")]
    [InlineData("TelegramToken", Secret, "Alerts:TelegramToken: is not a bot's token, such as 123456:ABC-def_1")]
    [InlineData("TelegramToken", "123:" + Secret, "Alerts:TelegramChat: must be set with Alerts:TelegramToken")]
    [InlineData("TelegramChat", "12", "Alerts:TelegramToken: must be set with Alerts:TelegramChat")]
    [InlineData("TelegramChat", "my friends", "Alerts:TelegramChat: 'my friends' is not the number of a chat or @channel")]
    [InlineData("MailCommand", "mail me", "Alerts:MailCommand: expected the path of a program from / on, then its arguments; there is no shell")]
    [InlineData("MailCommand", "/bin/mail \"me", "Alerts:MailCommand: a \" is not closed")]
    [InlineData("Socks5", "me:" + Secret + "@nowhere", "Alerts:Socks5: 'nowhere': expected host:port")]
    [InlineData("NodeLostAfter", "soon", "Alerts:NodeLostAfter: 'soon' is not a time such as 00:01:30")]
    [InlineData("NodeLostAfter", "2.00:00:00", "Alerts:NodeLostAfter: 2.00:00:00 is outside 00:00:00 to 1.00:00:00")]
    [InlineData("RateBelowPercent", "96", "Alerts:RateBelowPercent: 96 is outside 0 to 95")]
    [InlineData("SummaryHour", "24", "Alerts:SummaryHour: 24 is outside 0 to 23")]
    [InlineData("MasterChanged", "maybe", "Alerts:MasterChanged: 'maybe' is not true or false")]
    public async Task Run_WrongSetting_NamesItAndNoSecret(string key, string value, string message)
    {
        var outcome = await InProcess.RunAsync(
            ["--dry-run", "--data", _folder.Path], new Hashtable { [$"P2P_ALERTS__{key.ToUpperInvariant()}"] = value });

        Assert.Equal(78, outcome.ExitCode);
        Assert.StartsWith($"configuration: {message}", outcome.Error);
        Assert.Equal(1, outcome.Error.Count(letter => letter == '\n'));
        Assert.DoesNotContain(Secret, outcome.Error);
    }

    [Fact]
    public async Task DryRun_AllSet_ShowsHostsAndNoSecret()
    {
        var outcome = await InProcess.RunAsync(["--dry-run=all", "--data", _folder.Path], new Hashtable
        {
            ["P2P_ALERTS__WEBHOOKURL"] = $"https://hooks.example:8443/{Secret}", ["P2P_ALERTS__NTFYURL"] = $"https://ntfy.example/{Secret}",
            ["P2P_ALERTS__NTFYTOKEN"] = Secret, ["P2P_ALERTS__TELEGRAMTOKEN"] = $"1:{Secret}", ["P2P_ALERTS__TELEGRAMCHAT"] = "-12",
            ["P2P_ALERTS__HEARTBEATURL"] = $"http://hc.example/{Secret}?a={Secret}", ["P2P_ALERTS__SOCKS5"] = $"me:{Secret}@127.0.0.1:9050",
            ["P2P_ALERTS__MAILCOMMAND"] = "/usr/bin/msmtp me@example.org", ["P2P_ALERTS__SUMMARYHOUR"] = "",
        });

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.DoesNotContain(Secret, outcome.Out);
        Assert.All(
            new[]
            {
                "Alerts:WebhookUrl = https://hooks.example:8443/***", "Alerts:NtfyUrl = https://ntfy.example/***", "Alerts:NtfyToken = ***",
                "Alerts:TelegramToken = ***", "Alerts:HeartbeatUrl = http://hc.example/***", "Alerts:Socks5 = ***@127.0.0.1:9050",
            },
            line => Assert.Contains($"{line}\n", outcome.Out));
    }

    [Fact]
    public void Doctor_AddressInAFileThatOthersRead_IsASecret()
        => Assert.True(SettingsFiles.Read([_folder.File("a.json", $$"""{ "Alerts": { "WebhookUrl": "https://hooks.example/{{Secret}}" } }""")])[0].HoldsSecret);

    [Fact]
    public void Settings_ForOtherNodes_HaveNoCommandAndShowNothing()
    {
        var settings = new AlertOptions { MailCommand = "/bin/mail", NtfyUrl = $"https://ntfy.example/{Secret}", NtfyToken = "" }.ToSettings(new(1));

        Assert.DoesNotContain(settings.GetType().GetProperties(), property => property.GetValue(settings) is string text && text.Contains("mail"));
        Assert.DoesNotContain(Secret, $"{settings}");
        Assert.Null(settings.NtfyToken);
        Assert.True(settings.HasSinks);
        Assert.False(new AlertOptions { MailCommand = "/bin/mail" }.ToSettings(new(1)).HasSinks);
    }
}
