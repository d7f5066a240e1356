using System.Net.Sockets;
using System.Text.Json;
using P2PMiner.Silo.Alerts;
using P2PMiner.TestKit;
using static P2PMiner.Silo.Tests.Alerts.Messages;

namespace P2PMiner.Silo.Tests.Alerts;

/// <summary>Sinks against a server that answers as the real ones do.</summary>
public sealed class HttpSinkTests : IDisposable
{
    private const string Secret = "a-secret-in-the-attic";

    private readonly WebhookServer _server = new();
    private readonly AlertHttp _http = new(null, TimeProvider.System);

    public void Dispose()
    {
        _http.Dispose();
        _server.Dispose();
    }

    [Fact]
    public async Task Webhook_Message_IsJsonForOurselvesSlackAndDiscord()
    {
        var message = AlertMessage.Of([Lost(1), new("master", null, AlertChangeKind.News, "node 2 is master now", Time)]);

        Assert.True((await new WebhookSink(_http, $"{_server.Url}/{Secret}?a=b").SendAsync(message, CancellationToken.None)).IsTaken);

        var request = Assert.Single(_server.Requests);
        Assert.Equal(("POST", $"/{Secret}?a=b", "application/json; charset=utf-8"), (request.Method, request.Path, request.Headers["Content-Type"]));
        var json = JsonDocument.Parse(request.Body).RootElement;
        Assert.Equal("p2p-miner", json.GetProperty("source").GetString());
        Assert.Equal("p2p-miner: node lost and 1 more", json.GetProperty("title").GetString());
        Assert.Equal("node 00000000 is lost\nnode 2 is master now", json.GetProperty("text").GetString());
        Assert.Equal("p2p-miner: node lost and 1 more\nnode 00000000 is lost\nnode 2 is master now", json.GetProperty("content").GetString());
        Assert.Equal(("bad", Time), (json.GetProperty("kind").GetString(), json.GetProperty("time").GetDateTimeOffset()));
        Assert.Equal(
            [("node-lost", "bad", $"{1:x32}", "node 00000000 is lost"), ("master", "news", null, "node 2 is master now")],
            json.GetProperty("alerts").EnumerateArray().Select(one => (
                one.GetProperty("rule").GetString()!, one.GetProperty("kind").GetString()!, one.GetProperty("node").GetString(), one.GetProperty("text").GetString()!)));
    }

    [Fact]
    public async Task Ntfy_Message_IsTextWithHeaders()
    {
        var sink = new NtfySink(_http, $"{_server.Url}/topic", Secret);

        Assert.True((await sink.SendAsync(OfOne(), CancellationToken.None)).IsTaken);

        var request = Assert.Single(_server.Requests);
        Assert.Equal(("POST", "/topic", "node 1 (Grüße) is lost"), (request.Method, request.Path, request.Body));
        Assert.Equal(
            ["p2p-miner: node lost", "high", "warning", $"Bearer {Secret}"],
            ((string[])["Title", "Priority", "Tags", "Authorization"]).Select(name => request.Headers[name]));
    }

    [Fact]
    public async Task Ntfy_WithoutToken_SendsNone()
    {
        await new NtfySink(_http, $"{_server.Url}/topic", null).SendAsync(OfOne(), CancellationToken.None);

        Assert.DoesNotContain("Authorization", Assert.Single(_server.Requests).Headers.Keys);
    }

    [Fact]
    public async Task Telegram_Message_IsAMessageOfTheBot()
    {
        var sink = new TelegramSink(_http, $"12:{Secret}", "-34", _server.Url);

        Assert.True((await sink.SendAsync(OfOne(), CancellationToken.None)).IsTaken);

        var request = Assert.Single(_server.Requests);
        Assert.Equal(("POST", $"/bot12:{Secret}/sendMessage"), (request.Method, request.Path));
        var json = JsonDocument.Parse(request.Body).RootElement;
        Assert.Equal(("-34", "p2p-miner: node lost\nnode 1 (Grüße) is lost"), (json.GetProperty("chat_id").GetString(), json.GetProperty("text").GetString()));
    }

    [Theory]
    [InlineData("""{"ok":false,"description":"Bad Request: chat not found"}""", "it answers 400 BadRequest, Bad Request: chat not found")]
    [InlineData("""{"description":"what is 12:a-secret-in-the-attic?"}""", "it answers 400 BadRequest, what is ***?")]
    [InlineData("""{"description":5}""", "it answers 400 BadRequest")]
    [InlineData("[]", "it answers 400 BadRequest")]
    [InlineData("<html>", "it answers 400 BadRequest")]
    public async Task Telegram_Refuses_SaysWhyWithoutTheToken(string body, string reason)
    {
        _server.Answer = _ => (400, body);

        var answer = await new TelegramSink(_http, $"12:{Secret}", "1", _server.Url).SendAsync(OfOne(), CancellationToken.None);

        Assert.Equal(SinkAnswer.Refused(reason), answer);
    }

    [Theory]
    [InlineData("http://127.0.0.1/p", true, "/p")]
    [InlineData("http://127.0.0.1/p", false, "/p/fail")]
    [InlineData("http://127.0.0.1/p/", false, "/p/fail")]
    [InlineData("http://127.0.0.1/p?a=b", false, "/p/fail?a=b")]
    [InlineData("http://127.0.0.1", true, "/")]
    public async Task Heartbeat_WellOrNot_AsksTheAddressOrItsFail(string url, bool isWell, string path)
    {
        var heartbeat = new Heartbeat(_http, url.Replace("127.0.0.1", $"127.0.0.1:{_server.Port}"));

        Assert.True((await heartbeat.BeatAsync(isWell, CancellationToken.None)).IsTaken);

        Assert.Equal(("GET", path), (_server.Requests[0].Method, _server.Requests[0].Path));
    }

    [Theory]
    [InlineData(200, true, false)]
    [InlineData(204, true, false)]
    [InlineData(301, false, false)]
    [InlineData(401, false, false)]
    [InlineData(404, false, false)]
    [InlineData(408, false, true)]
    [InlineData(429, false, true)]
    [InlineData(500, false, true)]
    [InlineData(503, false, true)]
    public async Task Send_AnyStatus_IsTakenRefusedOrTriedAgain(int status, bool isTaken, bool mayRetry)
    {
        _server.Answer = _ => (status, Secret);

        var answer = await new WebhookSink(_http, $"{_server.Url}/{Secret}").SendAsync(OfOne(), CancellationToken.None);

        Assert.Equal((isTaken, mayRetry), (answer.IsTaken, answer.MayRetry));
        Assert.DoesNotContain(Secret, answer.Reason ?? "");
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("999999", 3600)]
    [InlineData("soon", null)]
    public async Task Send_ServerAsksForAPause_IsKeptUpToAnHour(string header, int? seconds)
    {
        (_server.Answer, _server.Header) = (_ => (429, ""), $"Retry-After: {header}");

        var answer = await new WebhookSink(_http, _server.Url).SendAsync(OfOne(), CancellationToken.None);

        Assert.Equal(seconds, answer.NotBefore?.TotalSeconds);
    }

    [Fact]
    public async Task Send_NobodyThere_IsTriedAgainAndNamesNoSecret()
    {
        var answer = await new WebhookSink(_http, $"http://127.0.0.1:{FreePorts.Take()}/{Secret}").SendAsync(OfOne(), CancellationToken.None);

        Assert.True(answer is { IsTaken: false, MayRetry: true });
        Assert.Contains("refused", answer.Reason);
        Assert.DoesNotContain(Secret, answer.Reason);
    }

    [Fact]
    public async Task Send_NameThatDoesNotExist_IsTriedAgainAndNamesNoSecret()
    {
        var answer = await new WebhookSink(_http, $"https://nowhere.invalid/{Secret}").SendAsync(OfOne(), CancellationToken.None);

        Assert.True(answer is { IsTaken: false, MayRetry: true });
        Assert.DoesNotContain(Secret, answer.Reason);
    }

    [Fact]
    public async Task Send_NoHttpAtTheOtherEnd_IsTriedAgain()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var sending = new WebhookSink(_http, $"http://{listener.LocalEndpoint}/{Secret}").SendAsync(OfOne(), CancellationToken.None);
        using (var client = await listener.AcceptTcpClientAsync())
        {
            await client.GetStream().WriteAsync("SSH-2.0-x\r\n"u8.ToArray());
        }

        var answer = await Eventually.ComesAsync(sending, "an answer");
        Assert.True(answer is { IsTaken: false, MayRetry: true });
        Assert.DoesNotContain(Secret, answer.Reason);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("me:p@ss:word")]
    public async Task Send_ThroughSocks5_HasTheProxyResolveTheName(string? login)
    {
        using var proxy = new FakeSocks5 { Login = login };
        var serving = proxy.ServeAsync(_server.Port);
        using var http = new AlertHttp(login is null ? proxy.Address : $"{login}@{proxy.Address}", TimeProvider.System);

        var answer = await new NtfySink(http, $"http://alerts.example:{_server.Port}/topic", null).SendAsync(OfOne(), CancellationToken.None);

        Assert.Equal(SinkAnswer.Taken, answer);
        Assert.Equal($"3:alerts.example:{_server.Port}", proxy.Asked);
        Assert.Equal("/topic", Assert.Single(_server.Requests).Path);
        Assert.False(serving.IsFaulted);
    }

    [Theory]
    [InlineData("me:wrong")]
    [InlineData("")]
    public async Task Send_ProxyRefuses_IsTriedAgainAndGoesNoOtherWay(string login)
    {
        using var proxy = new FakeSocks5 { Login = "me:right", Reply = 5 };
        _ = proxy.ServeAsync(_server.Port);
        using var http = new AlertHttp(login.Length == 0 ? proxy.Address : $"{login}@{proxy.Address}", TimeProvider.System);

        var answer = await new WebhookSink(http, $"{_server.Url}/{Secret}").SendAsync(OfOne(), CancellationToken.None);

        Assert.True(answer is { IsTaken: false, MayRetry: true });
        Assert.Empty(_server.Requests);
        Assert.DoesNotContain(Secret, answer.Reason);
        Assert.DoesNotContain("wrong", answer.Reason);
    }

    [Fact]
    public void Message_OfManyChanges_IsOneOfBoundedLength()
    {
        var message = AlertMessage.Of([.. Enumerable.Range(1, 500).Select(node => Lost((ulong)node, new string('ü', 1000)))]);

        Assert.Equal(("p2p-miner: node lost and 499 more", AlertChangeKind.Bad), (message.Title, message.Kind));
        Assert.EndsWith("and 480 more: p2p-console alert", message.Text);
        Assert.InRange(message.Text.Length, 1000, 4000);
        Assert.Equal(500, message.Changes.Count);
    }
}
