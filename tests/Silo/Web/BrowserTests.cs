using System.Collections;
using System.Net;
using System.Net.Http.Headers;
using Deque.AxeCore.Commons;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Tests.Pages;
using P2PMiner.TestKit;

namespace P2PMiner.Silo.Tests.Web;

/// <summary>
/// The whole program in this process, and a real browser in front of it. P2PMINER_PICTURES in the environment names a folder for pictures of what it shows:
/// those of docs/guide/web.md are made so.
/// </summary>
[Trait("Lane", "Full")]
public sealed class BrowserTests : IDisposable
{
    private const string Token = "an-owl-in-the-barn";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private readonly TemporaryFolder _folder = new();
    private readonly LineWriter _log = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>One visit to all pages: a start of browser and miner takes longer than all of it.</summary>
    [Fact]
    public Task Browser_LogsIn_SeesAllPagesLiveAndTheDashboard() => WithMinerAsync(Token, isPractice: true, async (web, cancellation) =>
    {
        await using var browser = await Browser.StartAsync();
        await browser.SizeAsync(1400, 900);

        await browser.OpenAsync(new(web, "/orleans"));
        await browser.UntilAsync("location.pathname === '/login' && document.querySelector('input[type=password]')", "the login page instead of the dashboard");
        await CheckAccessAsync(browser, "the login page");
        await browser.RunAsync($"document.querySelector('input').value = 'not-the-token-at-all'; document.querySelector('button').click()");
        await browser.UntilAsync("document.querySelector('[role=alert]')?.textContent === 'That is not the token.'", "the refusal of a wrong token");
        await Eventually.HoldsAsync(browser.Complaints.Any, "the refusal in the browser's console");
        await browser.RunAsync($"document.querySelector('input').value = '{Token}'; document.querySelector('button').click()");

        await browser.UntilAsync($"document.getElementById('live')?.textContent === 'live' && document.body.innerText.includes('{Environment.MachineName}')", "this node on a living page");
        await browser.RunAsync("window.isTheSamePage = true");
        const string Card = "[...document.querySelectorAll('.cards > div')].find(card => card.innerText.startsWith('rate now')).querySelector('b').innerText";
        await browser.UntilAsync($"window.isTheSamePage && parseFloat({Card}) > 0", "its rate, without a new page");
        await browser.UntilAsync("window.isTheSamePage && parseInt(document.querySelector('[data-label=accepted]')?.innerText) > 0", "a share, without a new page");

        // In the chart of an hour, the minute that is over: made from samples of this run, not from those of the past that was written before it.
        await browser.OpenAsync(new(web, $"/nodes/{NodeIdentity.Load(_folder.Path)}?range=1h"));
        await browser.UntilAsync("document.getElementById('live')?.textContent === 'live'", "the page of the node");
        await browser.RunAsync("window.isTheSamePage = true; window.before = document.querySelector('#charts .curve').getAttribute('d')");
        await browser.UntilAsync("window.isTheSamePage && document.querySelector('#charts .curve').getAttribute('d') !== window.before", "a new point of the chart");
        await browser.UntilAsync("/accepted/.test(document.querySelector('#log pre').innerText)", "the log");

        var node = new Uri(web, $"/nodes/{NodeIdentity.Load(_folder.Path)}");
        foreach (var (name, page) in new (string, Uri)[] { ("overview", new(web, "/?range=7d")), ("node", new($"{node}?range=7d")), ("pools", new(web, "/pools?range=7d")), ("events", new(web, "/events?range=30d")) })
        {
            await browser.OpenAsync(page);
            await browser.UntilAsync("document.getElementById('live')?.textContent === 'live'", name);
            foreach (var (width, height, colours) in new[] { (1400, 900, "light"), (360, 800, "dark") })
            {
                await browser.SizeAsync(width, height);
                await browser.PreferAsync(colours);
                await browser.UntilAsync("document.documentElement.scrollWidth <= innerWidth", $"{name} as narrow as {width}");
                await CheckAccessAsync(browser, $"{name} at {width}, {colours}");
                await PictureAsync($"{name}-{width}.png");
            }
        }

        // Without scripts: all of it, renewed as a whole.
        await browser.SwitchScriptsAsync(on: false);
        await browser.OpenAsync(new(web, "/"));
        await browser.UntilAsync("document.querySelector('noscript meta[http-equiv=refresh]') && document.querySelector('#nodes td') && document.querySelector('#rate .curve')", "the page without scripts");
        await browser.SwitchScriptsAsync(on: true);
        Assert.DoesNotContain(Token, _log.Text);

        await browser.SizeAsync(1400, 900);
        await browser.OpenAsync(new(web, "/"));
        await browser.UntilAsync("document.getElementById('live')?.textContent === 'live'", "the overview");
        await browser.RunAsync($"document.querySelector('nav a[href=\"/orleans/\"]').click()");
        await browser.UntilAsync("location.pathname === '/orleans/' && /Cluster Profiling/i.test(document.body.innerText)", "the overview of the dashboard");
        await browser.OpenAsync(new(web, "/orleans/#/grains"));
        await browser.UntilAsync("/JobGrain/.test(document.body.innerText)", "the grains on the dashboard");

        // The one of the wrong token: the content security policy stood in nobody's way.
        Assert.Single(browser.Complaints);

        async Task PictureAsync(string name)
        {
            if (Environment.GetEnvironmentVariable("P2PMINER_PICTURES") is { } folder)
            {
                await File.WriteAllBytesAsync(Path.Combine(folder, name), await browser.PictureAsync(isWhole: true), cancellation);
            }
        }
    });

    /// <summary>By the rules of axe, all of them.</summary>
    private static async Task CheckAccessAsync(Browser browser, string page)
    {
        await browser.RunAsync(new BundledAxeScriptProvider().GetScript());
        var violations = await browser.AskAsync("""
            axe.run().then(result => result.violations.map(violation => `${violation.id}: ${violation.nodes.map(node => node.html).join(' ')}`).join('\n'))
            """);
        Assert.True(violations?.ToString() == "", $"{page}: {violations}");
    }

    [Fact]
    public Task Dashboard_ForAScript_NeedsTheToken() => WithMinerAsync(Token, isPractice: false, async (web, cancellation) =>
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

    private async Task WithMinerAsync(string token, bool isPractice, Func<Uri, CancellationToken, Task> act)
    {
        NativeLibrary.Require();
        MadeUpPast.Write(_folder.Path, NodeIdentity.LoadOrCreate(_folder.Path), TimeProvider.System.GetUtcNow());
        using var deadline = new CancellationTokenSource(Limit);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token);
        var ports = FreePorts.Take(3);
        var settings = $$"""{ "Membership": { "Port": {{ports[2]}} }, "Discovery": { "Enabled": false }, "Web": { "Token": "{{token}}" } }""";
        string[] args =
        [
            "--data", _folder.Path, "--config", _folder.File("settings.json", settings), "--bind", "127.0.0.1", "--port", $"{ports[0]}",
            "--gateway-port", $"{ports[1]}", "--http-port", "0",
            .. isPractice ? ["--practice", "--randomx-mode", "light", "--threads", "1", "--no-tune"] : Array.Empty<string>(),
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
