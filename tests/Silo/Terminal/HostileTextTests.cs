using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Client;
using P2PMiner.Interfaces.Tests;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Silo.Terminal;
using P2PMiner.Silo.Tests.Client;
using P2PMiner.Silo.Tests.Web;

namespace P2PMiner.Silo.Tests.Terminal;

/// <summary>What pools and members wrote, as an owner comes to see it: it must neither steer a terminal nor reorder what is read.</summary>
public sealed class HostileTextTests
{
    /// <summary>How <see cref="WireValues.Hostile"/> begins once it is clean.</summary>
    private const string Cleaned = "a?[2J?1m?b??";

    public static TheoryData<int> Rounds => [.. Enumerable.Range(0, FullValues.Rounds)];

    [Theory]
    [MemberData(nameof(Rounds))]
    public async Task Console_HostileTextInEveryMember_IsShownClean(int round)
    {
        var values = new FullValues(round);
        var cluster = ClusterOf(values);
        foreach (var command in (string[])["status", "peers", "jobs", "pool"])
        {
            AssertClean(command, await RunAsync(command, cluster));
            AssertCleanJson(command, await RunAsync($"{command} --json", cluster));
        }

        var (text, json) = (new StringWriter(), new StringWriter());
        var bench = values.Make<BenchResult>();
        new TextReport(text, screen: false).Bench(FullValues.Node.ToString(), bench);
        new JsonReport(json).Bench(FullValues.Node.ToString(), bench);
        AssertClean("bench", text.ToString());
        AssertCleanJson("bench", json.ToString());
        AssertClean("a refusal", bench.Refusal!);
        Assert.Contains(Cleaned, await RunAsync("pool", cluster));
        Assert.Contains(Cleaned, await RunAsync("pool --json", cluster));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Watch_HostileTextInEveryMember_IsShownClean(bool json)
    {
        var (lines, stop) = (new LineWriter(), new CancellationTokenSource());
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var watching = new Watch(ClusterOf(new(2)), lines, new FakeTimeProvider()).RunAsync(json, screen: false, stop.Token);
        var line = await lines.WaitForAsync(Cleaned);
        await stop.CancelAsync();
        await watching.WaitAsync(limit.Token);

        AssertClean("watch", line);
        if (json)
        {
            AssertCleanJson("watch", line);
        }
    }

    [Theory]
    [MemberData(nameof(Rounds))]
    public void Terminal_HostileTextInEveryMember_IsShownClean(int round)
    {
        var values = new FullValues(round);
        var (pool, job) = (values.Make<PoolStatus>(), values.Make<JobStatus>());
        string[] lines = [.. PoolLines.Results(pool, job), .. PoolLines.Connection(pool, job)];

        Assert.All(lines, line => AssertClean("terminal", line));
        Assert.Equal(pool.State != PoolState.None, lines.Any(line => line.Contains(Cleaned)));
    }

    [Theory]
    [MemberData(nameof(Rounds))]
    public async Task Page_HostileTextInEveryMember_IsShownClean(int round)
    {
        await using var web = await WebUnderTest.StartAsync();
        var values = new FullValues(round);
        web.Source.Pool = values.Make<PoolStatus>();
        web.Source.Job = values.Make<JobStatus>();
        web.Source.Peers.Add(values.Make<PeerStatus>());

        using var page = await web.GetAsync("/", ("Accept", "text/html"));
        using var plain = await web.GetAsync("/");

        var html = WebUtility.HtmlDecode(await page.Content.ReadAsStringAsync());
        AssertClean("page", html);
        Assert.Contains(Cleaned, html);
        AssertClean("plain page", await plain.Content.ReadAsStringAsync());
    }

    // As no client of .NET would send them. The token is never shown, right or wrong.
    [Theory]
    [InlineData(null)]
    [InlineData("an+owl/in=the?barn")]
    public async Task Web_HostileTextInEveryPartOfARequest_IsNeitherLoggedNorSentBackAsItCame(string? token)
    {
        await using var web = await WebUnderTest.StartAsync(
            new() { Token = token }, app => app.Use((context, next) => context.Request.Path == "/" ? next(context)
            : throw new InvalidOperationException($"cannot serve {context.Request.Path.Value}")));
        const string Escaped = "%1b[2J%c2%9b1m%e2%80%ae%e2%80%a8";
        byte[] hostile = [.. Encoding.UTF8.GetBytes(WireValues.HostileInJson.Replace("\r\n", "")), 0x9b];
        string[] requests =
        [
            $"GET /{Escaped} HTTP/1.1\r\nHost: localhost", $"GET /?{Escaped} HTTP/1.1\r\nHost: localhost",
            $"GET /orleans/{Escaped} HTTP/1.1\r\nHost: localhost",
            "GET /# HTTP/1.1\r\nHost: localhost", "# / HTTP/1.1\r\nHost: localhost", "GET / #", "#", "GET / HTTP/1.1\r\nHost: #",
            "GET / HTTP/1.1\r\nHost: localhost\r\n#: x",
            "GET /x HTTP/1.1\r\nHost: localhost\r\nUser-Agent: #", "GET / HTTP/1.1\r\nHost: localhost\r\nAccept: text/html#",
            "GET / HTTP/1.1\r\nHost: localhost\r\nCookie: #=#", "GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer #",
            // The right token, so that what is behind the gate is reached and fails.
            $"GET /{Escaped} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}",
            "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded; #\r\nContent-Length: 5",
            "GET /login?# HTTP/1.1\r\nHost: localhost",
        ];
        foreach (var request in requests)
        {
            byte[] bytes = [.. request.Split('#').Select(Encoding.ASCII.GetBytes)
                .Aggregate((sum, part) => [.. sum, .. hostile, .. part]), .. "\r\nConnection: close\r\n\r\ntoken"u8];
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, web.Address.Port);
            await client.GetStream().WriteAsync(bytes);
            using var answer = new MemoryStream();
            await client.GetStream().CopyToAsync(answer).WaitAsync(TimeSpan.FromSeconds(20));

            var text = WebUtility.HtmlDecode(Encoding.UTF8.GetString(answer.ToArray()));
            Assert.StartsWith("HTTP/1.1 ", text);
            AssertClean(request, text.Replace("\r\n", "\n"));
        }

        // What the libraries say besides reaches nobody but through the log's own cleaning.
        string[] ours = [.. web.Log.Lines.Where(line => line.StartsWith("web:"))];
        Assert.NotEmpty(ours);
        Assert.All(ours, line => AssertClean("log", line));
    }

    private static FakeCluster ClusterOf(FullValues values) => new()
    {
        Pool = values.Make<PoolStatus>(), Job = values.Make<JobStatus>(), Peer = values.Make<PeerStatus>(),
    };

    private static async Task<string> RunAsync(string command, FakeCluster cluster)
    {
        var output = new StringWriter();
        await ClusterConsole.RunAsync(RequestParser.Parse(command.Split(' ')), cluster, output, screen: false);
        return output.ToString();
    }

    private static void AssertClean(string what, string text)
        => Assert.True(text.All(letter => letter == '\n' || OutsideText.IsHarmless(letter)), $"{what}: {JsonSerializer.Serialize(text)}");

    /// <summary>As it stands, and as a script would write out each of its texts.</summary>
    private static void AssertCleanJson(string what, string json)
    {
        AssertClean(what, json);
        Look(JsonDocument.Parse(json).RootElement);

        void Look(JsonElement element)
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.String:
                    Assert.True(element.GetString()!.All(OutsideText.IsHarmless), $"{what}: {element.GetRawText()}");
                    break;
                case JsonValueKind.Array:
                    element.EnumerateArray().ToList().ForEach(Look);
                    break;
                case JsonValueKind.Object:
                    element.EnumerateObject().ToList().ForEach(member => Look(member.Value));
                    break;
            }
        }
    }
}
