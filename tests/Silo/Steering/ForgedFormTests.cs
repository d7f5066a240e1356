using System.Net;
using P2PMiner.Silo.Web;
using static P2PMiner.Silo.Tests.Steering.SteeredWeb;

namespace P2PMiner.Silo.Tests.Steering;

/// <summary>Forms that were not sent by the person whose browser sends them, and requests of who may only look.</summary>
public sealed class ForgedFormTests
{
    private static readonly (string, string)[] Resume = [("node", "all")];

    [Fact]
    public async Task Form_WithoutItsProof_IsRefused()
    {
        await using var web = await StartAsync();
        var cookie = await web.LogInAsync();
        var proof = await ProofAsync(web, cookie);

        var ticket = Uri.UnescapeDataString(cookie.Value.Split('=', 2)[1]);

        foreach (var wrong in new[] { null, "", "x", proof[..^1], proof + "=", proof.ToUpperInvariant(), ticket })
        {
            var (status, text) = await web.PostAsync("/steer/resume", wrong is null ? Resume : [.. Resume, ("proof", wrong)], cookie);
            Assert.Equal(403, status);
            Assert.StartsWith("this form is from before you logged in", text);
        }

        Assert.Empty(web.Steering.Calls);
        Assert.Equal(200, (await web.PostAsync("/steer/resume", [.. Resume, ("proof", proof)], cookie)).Status);
    }

    [Fact]
    public async Task Form_OfAnotherLogin_IsRefused()
    {
        await using var web = await StartAsync();
        var first = await web.LogInAsync();
        var proof = await ProofAsync(web, first);
        web.Web.Clock.Advance(TimeSpan.FromSeconds(1));
        var second = await web.LogInAsync();

        Assert.Equal(403, (await web.PostAsync("/steer/resume", [.. Resume, ("proof", proof)], second)).Status);
        Assert.Empty(web.Steering.Calls);
        Assert.Equal(200, (await web.PostAsync("/steer/resume", [.. Resume, ("proof", proof)], first)).Status);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", false)]
    [InlineData("Sec-Fetch-Site", "same-site", false)]
    [InlineData("Sec-Fetch-Site", "anything", false)]
    [InlineData("Sec-Fetch-Site", "same-origin", true)]
    [InlineData("Sec-Fetch-Site", "none", true)]
    [InlineData("Origin", "https://evil.example", false)]
    [InlineData("Origin", "http://localhost:1", false)]
    [InlineData("Origin", "null", false)]
    [InlineData("Origin", "OWN", true)]
    [InlineData("Origin", "OWN.evil.example", false)]
    public async Task Form_FromAnotherPage_IsRefusedThoughItHasTheProof(string header, string value, bool isTaken)
    {
        await using var web = await StartAsync();
        var cookie = await web.LogInAsync();
        (string, string)[] form = [.. Resume, ("proof", await ProofAsync(web, cookie))];
        value = value.Replace("OWN", web.Web.Address.GetLeftPart(UriPartial.Authority));

        var (status, text) = await web.PostAsync("/steer/resume", form, cookie, (header, value));

        Assert.Equal(isTaken ? 200 : 403, status);
        Assert.Equal(!isTaken, text.StartsWith("this form was not sent from a page of this node", StringComparison.Ordinal));
        Assert.Equal(isTaken ? 2 : 0, web.Steering.Calls.Count);
    }

    [Fact]
    public async Task Origin_BehindAProxyThatChangesTheHost_IsNotAskedIfTheBrowserSaysSameOrigin()
    {
        await using var web = await StartAsync();
        var cookie = await web.LogInAsync();
        (string, string)[] form = [.. Resume, ("proof", await ProofAsync(web, cookie))];

        Assert.Equal(200, (await web.PostAsync("/steer/resume", form, cookie, ("Origin", "https://miner.example"), ("Sec-Fetch-Site", "same-origin"))).Status);
    }

    [Fact]
    public async Task Script_WithTheTokenItself_NeedsNoProof()
    {
        await using var web = await StartAsync();

        Assert.Equal(200, (await web.PostAsync("/steer/resume", Resume, Bearer)).Status);
        // The token shown counts, whatever else a browser would send along.
        Assert.Equal(200, (await web.PostAsync("/steer/resume", Resume, Bearer, await web.LogInAsync(ViewToken))).Status);
        Assert.Equal(403, (await web.PostAsync("/steer/resume", Resume, ("Authorization", $"Bearer {ViewToken}"), await web.LogInAsync())).Status);
    }

    [Fact]
    public async Task Looking_EveryControl_IsForbidden()
    {
        await using var web = await StartAsync();
        var full = await web.LogInAsync();
        (string, string)[] form = [("node", "all"), ("confirmed", "yes"), ("proof", await ProofAsync(web, full))];

        foreach (var control in Silo.Steering.Control.All)
        {
            Assert.Equal(
                (403, "Web:ViewToken may only look: to steer, log in with Web:Token\n"),
                await web.PostAsync(control.Path, form, ("Authorization", $"Bearer {ViewToken}")));
            Assert.Equal(403, (await web.PostAsync(control.Path, form, await web.LogInAsync(ViewToken))).Status);
            Assert.Equal(401, (await web.PostAsync(control.Path, form)).Status);
        }

        Assert.Empty(web.Steering.Calls);
    }

    [Fact]
    public async Task NoTokenSet_EveryControl_IsForbiddenAndSaysHowToSteer()
    {
        await using var web = await StartAsync(new());

        foreach (var control in Silo.Steering.Control.All)
        {
            var (status, text) = await web.PostAsync(control.Path, [("node", "all"), ("confirmed", "yes")]);
            Assert.Equal((403, "this page only shows: to steer from it, set Web:Token and log in with it\n"), (status, text));
        }

        Assert.Empty(web.Steering.Calls);
    }

    [Fact]
    public async Task Referrer_OfOwnPages_IsSentToThisNodeAlone()
    {
        await using var web = await StartAsync();

        using var page = await web.Web.GetAsync(Page, Bearer);

        // By "no-referrer" a browser would send "Origin: null" with the page's own forms.
        Assert.Equal("same-origin", page.Headers.GetValues("Referrer-Policy").Single());
    }

    private static async Task<string> ProofAsync(SteeredWeb web, (string, string) cookie) => FormsOf(await web.PageAsync(cookie))[0]["proof"];
}
