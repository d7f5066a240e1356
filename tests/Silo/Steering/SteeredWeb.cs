using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Silo.Steering;
using P2PMiner.Silo.Terminal;
using P2PMiner.Silo.Tests.Api;
using P2PMiner.Silo.Tests.Terminal;
using P2PMiner.Silo.Tests.Web;
using P2PMiner.Silo.Web;

namespace P2PMiner.Silo.Tests.Steering;

/// <summary>A web with three nodes (two that answer, one that is gone), two pools, both tokens, and one page that has all forms.</summary>
internal sealed partial class SteeredWeb : IAsyncDisposable
{
    public const string Token = "an-owl-in-the-barn";
    public const string ViewToken = "an-owl-on-the-roof";

    /// <summary>The page with the forms.</summary>
    public const string Page = "/all-forms";

    public static readonly (string, string) Browser = ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    public static readonly (string, string) Bearer = ("Authorization", $"Bearer {Token}");

    public static readonly NodeId First = new((UInt128)0xaa11 << 112);
    public static readonly NodeId Second = new((UInt128)0xaa22 << 112);
    public static readonly NodeId Gone = new((UInt128)0xbb33 << 112);

    private SteeredWeb(WebUnderTest web) => Web = web;

    public WebUnderTest Web { get; }

    public FakeSteering Steering => Web.Steering;

    public static async Task<SteeredWeb> StartAsync(WebOptions? options = null, string host = "attic", params string[] pools)
    {
        var web = await WebUnderTest.StartAsync(options ?? new() { Token = Token, ViewToken = ViewToken }, Behind);
        web.Source.Job = LineTests.Job() with
        {
            Nodes = [ApiFixtures.Work(First), ApiFixtures.Work(Second) with { Quarantined = true }, ApiFixtures.Work(Gone) with { Gone = true }],
        };
        web.Source.Peers.Add(ApiFixtures.Peer(First, host));
        web.Source.Peers.Add(ApiFixtures.Peer(Second, "cellar") with { State = PeerState.Paused });
        web.Source.Pool = web.Source.Pool with { Pools = pools.Length > 0 ? pools : ["stratum+ssl://one.example:443", "stratum+tcp://two.example:3333"] };
        return new(web);
    }

    private static void Behind(IApplicationBuilder app) => app.Use(next => context => context.Request.Path == Page ? ShowAsync(context) : next(context));

    private static async Task ShowAsync(HttpContext context)
    {
        var source = (FakeConsoleSource)context.RequestServices.GetRequiredService<IMinerConsoleSource>();
        var visitor = Visitor.Of(context);
        var nodes = source.Job.Nodes.Select(work => source.Peers.Find(peer => peer.Node == work.Node) is var peer && peer is null
            ? SteerForms.OfNode(visitor, Page, work.Node, null, 0, work.Quarantined)
            : SteerForms.OfNode(visitor, Page, work.Node, peer.State, peer.Threads, work.Quarantined));
        await WebPage.Of("all forms", Html.Of($"""
            <main><h1>All forms</h1>{context.RequestServices.GetRequiredService<Notices>().Take(context.Request)}
            {Html.Join(nodes)}{SteerForms.OfPools(visitor, Page, source.Pool.Pools)}{SteerForms.OfCluster(visitor, Page)}</main>
            """)).ExecuteAsync(context);
    }

    /// <summary>The cookie of a login.</summary>
    public async Task<(string Name, string Value)> LogInAsync(string token = Token)
    {
        using var login = await Web.LogInAsync(token);
        return ("Cookie", Assert.Single(login.Headers.GetValues("Set-Cookie")).Split(';')[0]);
    }

    public async Task<string> PageAsync(params (string, string)[] headers)
    {
        using var answer = await Web.GetAsync(Page, [.. headers, Browser]);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>As a script does it.</summary>
    public Task<(int Status, string Text)> ByScriptAsync(string path, params (string, string)[] fields) => PostAsync(path, fields, Bearer);

    public async Task<(int Status, string Text)> PostAsync(string path, (string, string)[] fields, params (string, string)[] headers)
    {
        using var answer = await SendAsync(path, fields, headers);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public Task<HttpResponseMessage> SendAsync(string path, IEnumerable<(string, string)> fields, params (string, string)[] headers)
        => Web.SendAsync(HttpMethod.Post, path, new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Item1, field.Item2))), headers);

    /// <summary>Sends a form of a page as a browser does: with all its fields as they are, but those given.</summary>
    public Task<HttpResponseMessage> SubmitAsync(Form form, (string, string) cookie, params (string Name, string Value)[] filledIn)
        => SendAsync(
            form.Path, form.Fields.Where(field => filledIn.All(other => other.Name != field.Name)).Concat(filledIn), cookie, Browser,
            ("Origin", Web.Address.GetLeftPart(UriPartial.Authority)), ("Sec-Fetch-Site", "same-origin"));

    /// <summary>The forms of a page, as a browser reads them.</summary>
    public static IReadOnlyList<Form> FormsOf(string html) =>
    [
        .. FormPattern().Matches(html).Select(form => new Form(
            WebUtility.HtmlDecode(form.Groups["path"].Value),
            [
                .. InputPattern().Matches(form.Groups["inside"].Value).Where(input => !input.Groups["rest"].Value.Contains("checkbox"))
                    .Select(input => (input.Groups["name"].Value, WebUtility.HtmlDecode(ValuePattern().Match(input.Groups["rest"].Value).Groups[1].Value))),
            ])),
    ];

    public ValueTask DisposeAsync() => Web.DisposeAsync();

    [GeneratedRegex("""<form method="post" action="(?<path>[^"]*)"[^>]*>(?<inside>.*?)</form>""", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex FormPattern();

    [GeneratedRegex("""<input (?<rest>[^>]*name="(?<name>[^"]*)"[^>]*)>""", RegexOptions.ExplicitCapture)]
    private static partial Regex InputPattern();

    [GeneratedRegex("value=\"([^\"]*)\"")]
    private static partial Regex ValuePattern();

    internal sealed record Form(string Path, IReadOnlyList<(string Name, string Value)> Fields)
    {
        public string this[string name] => Fields.First(field => field.Name == name).Value;
    }
}
