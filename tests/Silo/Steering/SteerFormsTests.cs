using System.Net;
using P2PMiner.Peers;
using P2PMiner.Silo.Steering;
using P2PMiner.Silo.Web;
using static P2PMiner.Silo.Tests.Steering.SteeredWeb;

namespace P2PMiner.Silo.Tests.Steering;

public sealed class SteerFormsTests
{
    private const string Evil = "\"><script>alert('x')</script>&amp;";

    private static readonly Visitor Person = Visitor.Steering("the-proof");

    [Theory]
    [InlineData(PeerState.Mining, false, "pause drain quarantine threads")]
    [InlineData(PeerState.Idle, false, "pause drain quarantine threads")]
    [InlineData(PeerState.Failed, false, "pause drain quarantine threads")]
    [InlineData(PeerState.Paused, false, "resume quarantine threads")]
    [InlineData(PeerState.Draining, false, "resume quarantine threads")]
    [InlineData(PeerState.Drained, true, "resume release threads")]
    [InlineData(PeerState.Quarantined, true, "pause drain release threads")]
    [InlineData(null, false, "quarantine")]
    [InlineData(null, true, "release")]
    public void OfNode_EachState_OffersWhatCanBeDone(PeerState? state, bool isQuarantined, string controls)
    {
        var forms = FormsOf(SteerForms.OfNode(Person, "/nodes/a", First, state, 3, isQuarantined).ToString());

        Assert.Equal(controls, string.Join(' ', forms.Select(form => form.Path.Replace("/steer/", ""))));
        Assert.All(forms, form => Assert.Equal((First.ToString(), "/nodes/a", "the-proof"), (form["node"], form["back"], form["proof"])));
    }

    [Fact]
    public void Forms_OfWhoMayOnlyLook_AreASentenceThatSaysWhatIsNeeded()
    {
        foreach (var (visitor, hint) in new[] { (Visitor.Looking, "log in with Web:Token"), (Visitor.WithoutToken, "set Web:Token") })
        {
            string[] all =
            [
                SteerForms.OfNode(visitor, "/", First, PeerState.Mining, 1, false).ToString(), SteerForms.OfPools(visitor, "/", ["one:1"]).ToString(),
                SteerForms.OfCluster(visitor, "/").ToString(),
            ];
            Assert.All(all, html => Assert.Contains(hint, html));
            Assert.All(all, html => Assert.DoesNotContain("<form", html));
            Assert.All(all, html => Assert.DoesNotContain("<button", html));
        }
    }

    [Fact]
    public void Forms_ForWhoShowsTheTokenItself_CarryNoProof()
        => Assert.All(
            FormsOf(SteerForms.OfCluster(Visitor.Steering(null), "/").ToString()), form => Assert.DoesNotContain(form.Fields, field => field.Name == "proof"));

    [Fact]
    public async Task Names_OfPoolsAndNodes_AreNeverMarkup()
    {
        await using var web = await StartAsync(host: Evil, pools: [Evil, $"stratum+tcp://{Evil}:1"]);
        var cookie = await web.LogInAsync();
        var forms = FormsOf(await web.PageAsync(cookie));
        var pages = new List<string> { await web.PageAsync(cookie) };

        foreach (var form in forms.Where(form => form.Path is "/steer/pause" or "/steer/drain" or "/steer/pool/switch" or "/steer/pool/remove"))
        {
            using var asked = await web.SubmitAsync(form, cookie);
            pages.Add(await asked.Content.ReadAsStringAsync());
            using var done = await web.SubmitAsync(Assert.Single(FormsOf(pages[^1])), cookie);
            Assert.Equal(HttpStatusCode.SeeOther, done.StatusCode);
            using var page = await web.Web.GetAsync(done.Headers.Location!.OriginalString, cookie, SteeredWeb.Browser);
            pages.Add(await page.Content.ReadAsStringAsync());
            web.Steering.Refusal = Evil;
            using var refused = await web.SubmitAsync(Assert.Single(FormsOf(pages[^2])), cookie);
            pages.Add(await refused.Content.ReadAsStringAsync());
            web.Steering.Refusal = null;
        }

        Assert.All(pages, page => Assert.DoesNotContain("<script>", page));
        Assert.All(pages, page => Assert.DoesNotContain("'x'", page));
        Assert.Contains($"pool/remove {Evil}", web.Steering.Calls);
        Assert.Contains(pages, page => page.Contains("Pause node &quot;&gt;&lt;script&gt;"));
    }

    [Fact]
    public void Notice_ThatNobodyMade_IsNotShown()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var notices = new Notices(clock);
        var addresses = Enumerable.Range(0, 100).Select(number =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(1));
            return notices.AddTo("/", $"done {number}");
        }).ToList();

        Assert.Equal("", Take("/?notice=<b>hello</b>"));
        Assert.Equal("", Take("/"));
        // The latest 64 are kept, each for two minutes and for one look.
        Assert.Equal("", Take(addresses[35]));
        Assert.Contains("done 36", Take(addresses[36]));
        Assert.Equal("", Take(addresses[36]));
        clock.Advance(TimeSpan.FromMinutes(2) + TimeSpan.FromSeconds(1));
        notices.AddTo("/", "later");
        Assert.Equal("", Take(addresses[99]));

        string Take(string address)
        {
            var request = new Microsoft.AspNetCore.Http.DefaultHttpContext().Request;
            request.QueryString = new(address.Contains('?') ? address[address.IndexOf('?')..] : "");
            return notices.Take(request).ToString();
        }
    }
}
