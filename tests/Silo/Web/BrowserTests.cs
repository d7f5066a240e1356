using System.Collections;
using System.Net;
using System.Net.Http.Headers;
using P2PMiner.TestKit;

namespace P2PMiner.Silo.Tests.Web;

/// <summary>
/// The whole program in this process, mining nothing, and a real browser in front of it. P2PMINER_PICTURES in the environment names a folder for pictures of
/// what it shows.
/// </summary>
[Trait("Lane", "Full")]
public sealed class BrowserTests : IDisposable
{
    private const string Token = "an-owl-in-the-barn";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private readonly TemporaryFolder _folder = new();
    private readonly LineWriter _log = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public Task Browser_LogsIn_SeesTheClusterAndTheDashboard() => WithMinerAsync(Token, async (web, cancellation) =>
    {
        await using var browser = await Browser.StartAsync();

        await browser.OpenAsync(new(web, "/orleans"));
        await browser.UntilAsync("location.pathname === '/login' && document.querySelector('input[type=password]')", "the login page instead of the dashboard");
        await PictureAsync("login.png");
        await browser.RunAsync($"document.querySelector('input').value = 'not-the-token-at-all'; document.querySelector('button').click()");
        await browser.UntilAsync("document.querySelector('[role=alert]')?.textContent === 'That is not the token.'", "the refusal of a wrong token");
        await Eventually.HoldsAsync(browser.Complaints.Any, "the refusal in the browser's console");
        await browser.RunAsync($"document.querySelector('input').value = '{Token}'; document.querySelector('button').click()");

        // The page renews itself: what belongs together is asked in one go.
        await browser.UntilAsync($"document.querySelector('td[data-label=state]')?.textContent === 'idle' && document.body.innerText.includes('{Environment.MachineName}')", "this node in the table");
        await PictureAsync("page.png");
        await browser.NarrowAsync();
        await browser.PreferAsync("dark");
        await browser.UntilAsync("getComputedStyle(document.querySelector('td')).display === 'flex' && document.documentElement.scrollWidth <= innerWidth", "a page as narrow as a telephone");
        await PictureAsync("phone.png");
        await browser.WidenAsync();

        Assert.DoesNotContain(Token, _log.Text);

        // Once for each time the page comes: its own renewal may overtake the way to the dashboard.
        await browser.UntilAsync("""
            location.pathname === '/orleans/' ? /Cluster Profiling/i.test(document.body.innerText)
                : (window.followed ??= document.querySelector('header a') && (document.querySelector('header a').click(), true), false)
            """, "the overview of the dashboard");
        await PictureAsync("dashboard.png");
        await browser.OpenAsync(new(web, "/orleans/#/grains"));
        await browser.UntilAsync("/JobGrain/.test(document.body.innerText)", "the grains on the dashboard");
        await PictureAsync("grains.png");

        // The one of the wrong token: the content security policy stood in nobody's way.
        Assert.Single(browser.Complaints);

        async Task PictureAsync(string name)
        {
            if (Environment.GetEnvironmentVariable("P2PMINER_PICTURES") is { } folder)
            {
                await File.WriteAllBytesAsync(Path.Combine(folder, name), await browser.PictureAsync(), cancellation);
            }
        }
    });

    [Fact]
    public Task Dashboard_ForAScript_NeedsTheToken() => WithMinerAsync(Token, async (web, cancellation) =>
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = web };
        string[] paths = ["/orleans/", "/orleans/index.min.js", "/orleans/DashboardCounters"];

        foreach (var path in paths)
        {
            using var refused = await client.GetAsync(path, cancellation);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        foreach (var path in paths)
        {
            using var answer = await client.GetAsync(path, cancellation);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Contains("script-src 'self'; ", answer.Headers.GetValues("Content-Security-Policy").Single());
        }
    });

    private async Task WithMinerAsync(string token, Func<Uri, CancellationToken, Task> act)
    {
        NativeLibrary.Require();
        using var deadline = new CancellationTokenSource(Limit);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token);
        var ports = FreePorts.Take(3);
        var settings = $$"""{ "Membership": { "Port": {{ports[2]}} }, "Discovery": { "Enabled": false }, "Web": { "Token": "{{token}}" } }""";
        string[] args =
        [
            "--data", _folder.Path, "--config", _folder.File("settings.json", settings), "--bind", "127.0.0.1", "--port", $"{ports[0]}",
            "--gateway-port", $"{ports[1]}", "--http-port", "0",
        ];
        var running = Program.RunAsync(args, InProcess.Io(_log, _log, new Hashtable { ["P2P_OUTPUT__LOGLEVEL"] = "trace" }), stop.Token);
        var line = await _log.WaitForAsync("WEB  ", Limit);
        await _log.WaitForAsync("working for the session", Limit);

        try
        {
            await act(new(line.Split(' ')[^1]), deadline.Token);
        }
        finally
        {
            await stop.CancelAsync();
            Assert.Equal(0, await running);
        }
    }
}
