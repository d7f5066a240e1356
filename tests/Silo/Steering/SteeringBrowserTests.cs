using System.Net;
using System.Net.Sockets;
using Deque.AxeCore.Commons;
using P2PMiner.Silo.Discovery;
using static P2PMiner.Silo.Tests.Steering.SteeredWeb;

namespace P2PMiner.Silo.Tests.Steering;

/// <summary>
/// A real browser sends the forms. It tells where a form comes from by other headers to an address that it holds to be safe than to one of the network, and by
/// none that can be believed if the page asks for no referrer.
/// </summary>
[Trait("Lane", "Full")]
public sealed class SteeringBrowserTests
{
    [Fact]
    public async Task Browser_PressesTheButtons_IsAskedAndSeesWhatWasDone()
    {
        await using var web = await StartAsync(new() { Bind = "0.0.0.0", Token = Token, ViewToken = ViewToken });
        await using var browser = await Web.Browser.StartAsync();

        foreach (var host in Hosts())
        {
            var site = new Uri($"http://{host}:{web.Web.Address.Port}");
            var calls = web.Steering.Calls.Count;
            await browser.OpenAsync(new(site, "/login"));
            await browser.UntilAsync("document.querySelector('input[type=password]')", "the login page");
            await browser.RunAsync($"document.querySelector('input').value = '{Token}'; document.querySelector('button').click()");
            await browser.UntilAsync("location.pathname === '/'", "the first page");

            foreach (var (width, colours) in new[] { (1400, "light"), (360, "dark") })
            {
                await browser.SizeAsync(width, 900);
                await browser.PreferAsync(colours);
                await browser.OpenAsync(new(site, Page));
                await browser.UntilAsync("document.querySelector('form[action=\"/steer/pause\"] button')", "the buttons");
                await browser.RunAsync("document.querySelector('details').open = true");
                await browser.UntilAsync("document.documentElement.scrollWidth <= innerWidth", $"forms as narrow as {width}");
                await CheckAccessAsync(browser, $"the forms at {width}");
                await PictureAsync(browser, $"steer-{width}.png");
            }

            await browser.RunAsync("document.querySelector('form[action=\"/steer/pause\"] button').click()");
            await browser.UntilAsync("document.querySelector('h1')?.textContent === 'Pause node attic (aa110000)?'", "the question");
            await CheckAccessAsync(browser, "the question");
            await PictureAsync(browser, "steer-question.png");
            Assert.Equal(calls, web.Steering.Calls.Count);
            await browser.RunAsync("document.querySelector('form button').click()");
            await browser.UntilAsync("document.querySelector('[role=status]')?.textContent === 'node aa110000 paused'", "what was done");
            await browser.UntilAsync($"location.pathname === '{Page}'", "the page from which it was done");

            await browser.RunAsync("document.querySelector('input[name=threads]').value = '5'");
            await browser.RunAsync("document.querySelector('form[action=\"/steer/threads\"] button').click()");
            await browser.UntilAsync("document.querySelector('[role=status]')?.textContent === 'node aa110000 set to 5 threads'", "the threads");

            await browser.RunAsync("document.querySelector('form[action=\"/steer/pool/add\"] [name=url]').value = 'three.example:1'");
            await browser.RunAsync("document.querySelector('form[action=\"/steer/pool/add\"] [name=user]').value = 'me'");
            await browser.RunAsync("document.querySelector('[name=keepalive]').click()");
            await browser.RunAsync("document.querySelector('form[action=\"/steer/pool/add\"] button').click()");
            await browser.UntilAsync("document.querySelector('[role=status]')?.textContent === 'pool three.example:1 added'", "the pool");
            Assert.True(web.Steering.Added is { KeepAlive: true, TlsStrict: false, Pass: "x" });
            Assert.Equal(calls + 3, web.Steering.Calls.Count);
        }

        Assert.Empty(browser.Complaints);
    }

    /// <summary>This machine, which a browser trusts without HTTPS, and an address of its network, if it has one.</summary>
    private static IEnumerable<string> Hosts() => BeaconNetwork.Read(IPAddress.Any)
        .Where(network => !network.IsLoopback).SelectMany(network => network.Addresses)
        .Where(address => address.AddressFamily == AddressFamily.InterNetwork).Take(1).Select(address => address.ToString()).Prepend("127.0.0.1");

    /// <summary>By the rules of axe, all of them.</summary>
    private static async Task CheckAccessAsync(Web.Browser browser, string page)
    {
        await browser.RunAsync(new BundledAxeScriptProvider().GetScript());
        var violations = await browser.AskAsync("""
            axe.run().then(result => result.violations.map(violation => `${violation.id}: ${violation.nodes.map(node => node.html).join(' ')}`).join('\n'))
            """);
        Assert.True(violations?.ToString() == "", $"{page}: {violations}");
    }

    private static async Task PictureAsync(Web.Browser browser, string name)
    {
        if (Environment.GetEnvironmentVariable("P2PMINER_PICTURES") is { } folder)
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, name), await browser.PictureAsync(isWhole: true));
        }
    }
}
