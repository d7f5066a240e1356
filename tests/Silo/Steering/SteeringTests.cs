using System.Net;
using System.Security.Cryptography.X509Certificates;
using P2PMiner.History;
using P2PMiner.TestKit;
using static P2PMiner.Silo.Tests.Steering.SteeredWeb;

namespace P2PMiner.Silo.Tests.Steering;

/// <summary>What each control does, what it leaves behind, and what it refuses.</summary>
public sealed class SteeringTests
{
    private const string Node = "aa110000000000000000000000000000";
    private const string Other = "aa220000000000000000000000000000";
    private const string GoneNode = "bb330000000000000000000000000000";
    private const string Web = "by the web page of node 00000010";

    /// <summary>Path, fields, whether it asks first, the calls, and what is told of it.</summary>
    public static TheoryData<string, string, bool, string, string> Controls => new()
    {
        { "pause", $"node={Node}", true, $"pause {Node}", "node aa110000 paused" },
        { "pause", "node=aa11", true, $"pause {Node}", "node aa110000 paused" },
        { "pause", "node=AA11", true, $"pause {Node}", "node aa110000 paused" },
        { "pause", "node=all", true, $"pause {Node}, pause {Other}", "node aa110000 paused; node aa220000 paused" },
        { "resume", $"node={Other}", false, $"resume {Other}", "node aa220000 resumed" },
        { "resume", "node=all", false, $"resume {Node}, resume {Other}", "node aa110000 resumed; node aa220000 resumed" },
        { "drain", $"node={Node}", true, $"drain {Node}", "node aa110000 told to drain" },
        { "threads", $"node={Node}&threads=1", false, $"threads {Node} 1", "node aa110000 set to 1 thread" },
        { "threads", $"node={Other}&threads=8", false, $"threads {Other} 8", "node aa220000 set to 8 threads" },
        { "quarantine", $"node={Node}", true, $"quarantine {Node}", "node aa110000 quarantined" },
        { "quarantine", "node=bb", true, $"quarantine {GoneNode}", "node bb330000 quarantined" },
        { "release", $"node={Other}", false, $"release {Other}", "node aa220000 released" },
        { "release", "node=bb", false, $"release {GoneNode}", "node bb330000 released" },
        { "pool/add", "url=three.example:1&user=me", false, "pool/add three.example:1", "pool three.example:1 added" },
        { "pool/switch", "url=two.example:3333", true, "pool/switch two.example:3333", "pool two.example:3333 preferred" },
        { "pool/remove", "url=two.example:3333", true, "pool/remove two.example:3333", "pool two.example:3333 removed" },
        { "pool/remove", "url=daemon%2Bhttp://me:secret@two:1", true, "pool/remove daemon+http://two:1", "pool daemon+http://two:1 removed" },
    };

    [Theory]
    [MemberData(nameof(Controls))]
    public async Task Script_WithTheToken_HasItDoneOnceItConfirms(string control, string fields, bool asks, string calls, string told)
    {
        await using var web = await StartAsync();

        if (asks)
        {
            var (status, question) = await web.ByScriptAsync($"/steer/{control}", Fields(fields));
            Assert.Equal(400, status);
            Assert.StartsWith("confirmed: send yes if this is meant: ", question);
            Assert.DoesNotContain("secret", question);
            Assert.Empty(web.Steering.Calls);
            Assert.Empty(web.Web.Events.Told);
        }

        var (done, text) = await web.ByScriptAsync($"/steer/{control}", [.. Fields(fields), .. asks ? new[] { ("confirmed", "yes") } : []]);

        Assert.Equal((200, told + "\n"), (done, text));
        Assert.Equal(calls, string.Join(", ", web.Steering.Calls.Order()));
        AssertTold(web, told);
    }

    [Theory]
    [MemberData(nameof(Controls))]
    public async Task Person_LoggedIn_IsAskedFirstAndSentBackToThePageWhichSaysWhatWasDone(string control, string fields, bool asks, string calls, string told)
    {
        await using var web = await StartAsync();
        var cookie = await web.LogInAsync();
        var proof = FormsOf(await web.PageAsync(cookie))[0]["proof"];
        (string, string)[] sent = [.. Fields(fields), ("back", Page), ("proof", proof)];
        using var answer = await web.SendAsync($"/steer/{control}", sent, cookie, Browser);
        HttpResponseMessage done = answer;

        if (asks)
        {
            var question = await answer.Content.ReadAsStringAsync();
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Empty(web.Steering.Calls);
            Assert.Contains($"<a href=\"{Page}\">Cancel</a>", question);
            Assert.DoesNotContain("secret", question);
            done = await web.SubmitAsync(Assert.Single(FormsOf(question)), cookie);
        }

        var location = done.Headers.Location!.OriginalString;
        Assert.Equal(HttpStatusCode.SeeOther, done.StatusCode);
        Assert.Matches($"^{Page}\\?notice=[0-9a-f]{{16}}$", location);
        Assert.Equal(calls, string.Join(", ", web.Steering.Calls.Order()));
        AssertTold(web, told);
        Assert.Contains($"""<p class="message" role="status">{told}</p>""", await GetAsync(web, location, cookie));
        // Once, also when the page renews itself.
        Assert.DoesNotContain("role=\"status\"", await GetAsync(web, location, cookie));
        done.Dispose();
    }

    [Fact]
    public async Task Question_BeforeAPause_NamesTheMachine()
    {
        await using var web = await StartAsync();
        var cookie = await web.LogInAsync();
        var pause = FormsOf(await web.PageAsync(cookie)).First(form => form.Path == "/steer/pause");

        using var asked = await web.SubmitAsync(pause, cookie);
        var html = await asked.Content.ReadAsStringAsync();

        Assert.Contains("<h1>Pause node attic (aa110000)?</h1><p>Hashing stops there until it is resumed.</p>", html);
    }

    [Fact]
    public async Task Forms_OfAPage_DoWhatTheySay()
    {
        await using var web = await StartAsync();
        var cookie = await web.LogInAsync();
        var forms = FormsOf(await web.PageAsync(cookie));

        foreach (var form in forms)
        {
            using var answer = await web.SubmitAsync(form, cookie, form.Path == "/steer/pool/add" ? [("url", "three.example:1"), ("user", "me")] : []);
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                using var confirmed = await web.SubmitAsync(Assert.Single(FormsOf(await answer.Content.ReadAsStringAsync())), cookie);
                Assert.True(confirmed.StatusCode is HttpStatusCode.SeeOther or HttpStatusCode.OK, $"{form.Path}: {confirmed.StatusCode}");
            }
            else
            {
                Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
            }
        }

        // Of the node that mines, the one that is paused and quarantined, the one that is gone, the pools, and all.
        Assert.Equal(
        [
            $"pause {Node}", $"drain {Node}", $"quarantine {Node}", $"threads {Node} 2", $"resume {Other}", $"release {Other}", $"threads {Other} 2",
            $"quarantine {GoneNode}", "pool/remove stratum+ssl://one.example:443", "pool/switch stratum+tcp://two.example:3333",
            "pool/remove stratum+tcp://two.example:3333", "pool/add three.example:1", $"pause {Node}", $"pause {Other}", $"resume {Node}", $"resume {Other}",
            "invite",
        ], web.Steering.Calls);
    }

    [Fact]
    public async Task PoolAdd_AllFields_AreThoseOfTheConsoleAndItsSecretsAreShownNowhere()
    {
        await using var web = await StartAsync();
        var cookie = await web.LogInAsync();
        var add = FormsOf(await web.PageAsync(cookie)).Single(form => form.Path == "/steer/pool/add");

        using var answer = await web.SubmitAsync(
            add, cookie, ("url", " daemon+http://me:concealed-login@node.example:18081 "), ("user", " my-wallet\r\n"), ("pass", "concealed-pass "), ("rig-id", "rig"),
            ("tls-fingerprint", "AA:BB"), ("socks5", "me:concealed-proxy@127.0.0.1:9050"), ("rpc-login", "me:concealed-other"), ("tls-strict", "yes"),
            ("nicehash", "yes"), ("keepalive", "yes"));

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal(
            new()
            {
                Url = "daemon+http://node.example:18081", User = "my-wallet", Pass = "concealed-pass ", RigId = "rig", TlsFingerprint = "aabb", TlsStrict = true,
                Socks5 = "me:concealed-proxy@127.0.0.1:9050", NiceHash = true, KeepAlive = true, RpcLogin = "me:concealed-login",
            }, web.Steering.Added);
        var page = await GetAsync(web, answer.Headers.Location!.OriginalString, cookie);
        Assert.Contains("pool daemon+http://node.example:18081 added", page);
        Assert.DoesNotContain("concealed", $"{page} {answer.Headers.Location} {string.Join(' ', web.Web.Events.Told)} {web.Web.Log.Text}");
    }

    [Theory]
    [InlineData("pause", "", "node: is missing")]
    [InlineData("pause", "node=", "node: is missing")]
    [InlineData("pause", "node=attic", "node: 'attic' is not a node id (hex digits) or all")]
    [InlineData("drain", "node=all", "node: 'all' is not a node id (hex digits)")]
    [InlineData("pause", "node=cc", "no node's id begins with cc")]
    [InlineData("pause", "node=bb", "no node's id begins with bb")]
    [InlineData("drain", "node=aa", "the ids of 2 nodes begin with aa; give more digits")]
    [InlineData("pause", "node=aa11&node=aa22", "node: given more than once")]
    [InlineData("pause", "node=aa11&nodes=aa22", "'nodes': not a field of pause (fields: node)")]
    [InlineData("invite", "node=aa11", "'node': not a field of invite")]
    [InlineData("pause", "node=aa11&confirmed=no", "confirmed: 'no' is not yes")]
    [InlineData("resume", "node=aa11&back=https://evil.example/", "back: 'https://evil.example/' is not the path of a page")]
    [InlineData("resume", "node=aa11&back=//evil.example", "back: '//evil.example' is not the path of a page")]
    [InlineData("resume", "node=aa11&back=/\\evil.example", "back: '/\\evil.example' is not the path of a page")]
    [InlineData("resume", "node=aa11&back=/%0d%0aSet-Cookie:a", "back: '/??Set-Cookie:a' is not the path of a page")]
    [InlineData("resume", "node=aa11&back=nodes", "back: 'nodes' is not the path of a page")]
    [InlineData("threads", "node=aa11", "threads: is missing")]
    [InlineData("threads", "node=aa11&threads=0", "threads: '0' is not a number from 1 to 4096")]
    [InlineData("threads", "node=aa11&threads=4097", "threads: '4097' is not a number from 1 to 4096")]
    [InlineData("threads", "node=aa11&threads=-1", "threads: '-1' is not a number from 1 to 4096")]
    [InlineData("threads", "node=aa11&threads=2.5", "threads: '2.5' is not a number from 1 to 4096")]
    [InlineData("threads", "node=aa11&threads=%07", "threads: '?' is not a number from 1 to 4096")]
    [InlineData("threads", "node=aa11&threads=%00", "the form cannot be read: too many fields, too long ones, or NUL characters")]
    [InlineData("pool/add", "user=me", "url: give the address of the pool")]
    [InlineData("pool/add", "url=one:1", "user: give the wallet address, or what the pool calls the user")]
    [InlineData("pool/add", "url=one:1&user=m%1be", "user: the value has control or invisible characters")]
    [InlineData("pool/add", "url=one:1&user=me&pass=a%01b", "pass: the value has control or invisible characters")]
    [InlineData("pool/add", "url=one:1&user=me&rig-id=a%e2%80%8bb", "rig-id: the value has control or invisible characters")]
    [InlineData("pool/add", "url=one:1&user=me&tls-strict=maybe", "tls-strict: 'maybe' is not yes")]
    [InlineData("pool/switch", "", "url: is missing")]
    public async Task Input_ThatIsWrong_IsNamedAndNothingIsDone(string control, string fields, string problem)
    {
        await using var web = await StartAsync();

        Assert.Equal((400, problem + "\n"), await web.ByScriptAsync($"/steer/{control}", Fields(fields)));
        Assert.Empty(web.Steering.Calls);
        Assert.Empty(web.Web.Events.Told);
    }

    [Fact]
    public async Task Input_TooLongForAPool_IsNamedAndNotRepeated()
    {
        await using var web = await StartAsync();

        Assert.Equal(
            (400, "pass: is longer than 512 letters\n"), await web.ByScriptAsync("/steer/pool/add", ("url", "one:1"), ("user", "me"), ("pass", new('x', 513))));
    }

    [Theory]
    [InlineData("GET", "/steer/pause", 405, "pause: only by POST")]
    [InlineData("PUT", "/steer/pool/add", 405, "pool/add: only by POST")]
    [InlineData("DELETE", "/steer/invite", 405, "invite: only by POST")]
    [InlineData("POST", "/steer", 404, "there is no such control (controls: pause, resume, ")]
    [InlineData("POST", "/steer/stop", 404, "there is no such control")]
    [InlineData("POST", "/steer/pause/", 404, "there is no such control")]
    [InlineData("POST", "/steer/pool", 404, "there is no such control")]
    public async Task Request_OfAnotherKind_IsAnsweredInWords(string method, string path, int status, string problem)
    {
        await using var web = await StartAsync();

        using var answer = await web.Web.SendAsync(new(method), path, null, Bearer);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.StartsWith(problem, await answer.Content.ReadAsStringAsync());
        Assert.Equal(status == 405 ? "POST" : null, answer.Content.Headers.Allow.SingleOrDefault());
    }

    [Fact]
    public async Task Body_ThatIsNoFormOrTooLong_IsRefused()
    {
        await using var web = await StartAsync();

        using var json = await web.Web.SendAsync(HttpMethod.Post, "/steer/resume", new StringContent("{}", null, "application/json"), Bearer);
        using var form = new MultipartFormDataContent { { new StringContent("all"), "node" } };
        using var parts = await web.Web.SendAsync(HttpMethod.Post, "/steer/resume", form, Bearer);
        using var bytes = await web.Web.SendAsync(HttpMethod.Post, "/steer/resume", new ByteArrayContent("node=all"u8.ToArray()), Bearer);
        using var longest = await web.SendAsync("/steer/resume", [("node", new string('a', 20_000))], Bearer);
        using var most = await web.SendAsync("/steer/resume", Enumerable.Range(0, 1500).Select(index => ($"a{index}", "")), Bearer);
        using var none = await web.Web.SendAsync(HttpMethod.Post, "/steer/resume", null, Bearer);

        Assert.Equal([415, 415, 415, 413, 400, 400], new[] { json, parts, bytes, longest, most, none }.Select(answer => (int)answer.StatusCode));
        Assert.Equal("the form is too long\n", await longest.Content.ReadAsStringAsync());
        Assert.Equal("the form cannot be read: too many fields, too long ones, or NUL characters\n", await most.Content.ReadAsStringAsync());
        Assert.Equal("node: is missing\n", await none.Content.ReadAsStringAsync());
        Assert.Empty(web.Steering.Calls);
    }

    [Fact]
    public async Task Cluster_ThatRefuses_IsQuotedAndLeavesNoEvent()
    {
        await using var web = await StartAsync();
        web.Steering.Refusal = "one.example:443 is the only pool";

        Assert.Equal((409, "one.example:443 is the only pool\n"), await web.ByScriptAsync("/steer/pool/remove", ("url", "one.example:443"), ("confirmed", "yes")));
        Assert.Empty(web.Web.Events.Told);
    }

    [Fact]
    public async Task Node_ThatDoesNotAnswer_IsNamedBesideThoseThatDid()
    {
        await using var web = await StartAsync();
        web.Steering.Failure = call => call.Contains(Node) ? new TimeoutException() : null;

        var (status, text) = await web.ByScriptAsync("/steer/resume", ("node", "all"));

        Assert.Equal(503, status);
        Assert.Equal("node aa220000 resumed; node aa110000: no answer; look whether it was done before you try again\n", text);
        Assert.Equal(Second, Assert.Single(web.Web.Events.Told).Node);
    }

    [Fact]
    public async Task Cluster_WithoutAMaster_IsSaid()
    {
        await using var web = await StartAsync();
        web.Web.Source.Failure = new InvalidOperationException("no master is known yet");

        Assert.Equal((503, "no master is known yet\n"), await web.ByScriptAsync("/steer/pause", ("node", "aa11")));
        web.Steering.Failure = _ => new InvalidOperationException("no master is known yet");
        Assert.Equal((503, "no master is known yet\n"), await web.ByScriptAsync("/steer/pool/add", ("url", "one:1"), ("user", "me")));
    }

    [Fact]
    public async Task Threads_MoreThanCpus_AreSetAndTheNoticeSaysWhatThatMeans()
    {
        await using var web = await StartAsync();

        Assert.Equal(
            (200, "node aa110000 set to 9 threads; aa110000 has 8 CPUs: 9 threads take turns on them and hash no faster than 8\n"),
            await web.ByScriptAsync("/steer/threads", ("node", "aa11"), ("threads", "9")));
    }

    [Fact]
    public async Task Invite_OnThisMachine_ShowsTheTokenOnceAfterAWarning()
    {
        await using var web = await StartAsync();
        var cookie = await web.LogInAsync();
        var invite = FormsOf(await web.PageAsync(cookie)).Single(form => form.Path == "/steer/invite");

        using var asked = await web.SubmitAsync(invite, cookie);
        var question = await asked.Content.ReadAsStringAsync();
        Assert.Empty(web.Steering.Calls);
        using var shown = await web.SubmitAsync(Assert.Single(FormsOf(question)), cookie);

        Assert.Contains("Whoever has the token can add machines to the cluster", question);
        Assert.DoesNotContain(FakeSteering.JoinLine, question);
        Assert.Equal(HttpStatusCode.OK, shown.StatusCode);
        Assert.Contains($"<pre>{FakeSteering.JoinLine}</pre>", await shown.Content.ReadAsStringAsync());
        Assert.True(shown.Headers.CacheControl?.NoStore);
        Assert.Equal((EventKind.Steered, $"join token shown {Web}", null), Assert.Single(web.Web.Events.Told));
        Assert.DoesNotContain(FakeSteering.JoinLine, web.Web.Log.Text);
        Assert.DoesNotContain(FakeSteering.JoinLine, await web.PageAsync(cookie));
        Assert.Equal((200, FakeSteering.JoinLine + "\n"), await web.ByScriptAsync("/steer/invite", ("confirmed", "yes")));
    }

    [Fact]
    public async Task Invite_ByAnotherNameOverPlainHttp_IsRefused()
    {
        await using var web = await StartAsync();

        var (status, text) = await web.PostAsync("/steer/invite", [("confirmed", "yes")], Bearer, ("Host", "miner.example"));

        Assert.Equal(403, status);
        Assert.StartsWith("the join token is not sent over plain HTTP", text);
        Assert.Empty(web.Steering.Calls);
    }

    [Fact]
    public async Task Invite_OverHttps_IsAllowedByAnyName()
    {
        using var folder = new TemporaryFolder();
        using var certificate = TestCertificate.Create();
        using var key = certificate.GetECDsaPrivateKey()!;
        var file = folder.File("both.pem", $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        await using var web = await StartAsync(new() { Token = Token, CertificateFile = file });

        Assert.Equal(
            (200, FakeSteering.JoinLine + "\n"), await web.PostAsync("/steer/invite", [("confirmed", "yes")], Bearer, ("Host", "miner.example")));
    }

    [Fact]
    public async Task Invite_ThatCannotBeWrittenDown_ShowsNothing()
    {
        await using var web = await StartAsync();
        web.Steering.Failure = _ => new InvalidOperationException();

        Assert.Equal((503, "the folder cannot be written\n"), await web.ByScriptAsync("/steer/invite", ("confirmed", "yes")));
        Assert.Empty(web.Web.Events.Told);
    }

    [Fact]
    public async Task Error_ForAPerson_IsAPageWithTheWayBack()
    {
        await using var web = await StartAsync();
        var cookie = await web.LogInAsync();
        var form = FormsOf(await web.PageAsync(cookie)).First(form => form.Path == "/steer/threads");

        using var answer = await web.SubmitAsync(form, cookie, ("threads", "<b>"));
        var html = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("""<p class="bad" role="alert">threads: &#x27;&lt;b&gt;&#x27; is not a number from 1 to 4096</p>""", html);
        Assert.Contains($"<a href=\"{Page}\">Back</a>", html);
    }

    private static void AssertTold(SteeredWeb web, string told)
    {
        var events = web.Web.Events.Told.OrderBy(one => one.Text, StringComparer.Ordinal).ToList();
        Assert.Equal(told.Split("; ").Select(text => $"{text} {Web}"), events.Select(one => one.Text));
        Assert.All(events, one => Assert.Equal(EventKind.Steered, one.Kind));
        Assert.All(events, one => Assert.Equal(one.Text.StartsWith("node ", StringComparison.Ordinal) ? one.Text.Split(' ')[1] : null, one.Node?.Short));
        Assert.All(events, one => Assert.Contains($"web: {one.Text}, from 127.0.0.1", web.Web.Log.Text));
    }

    /// <summary>As a person reads it.</summary>
    private static async Task<string> GetAsync(SteeredWeb web, string path, (string, string) cookie)
    {
        using var answer = await web.Web.GetAsync(path, cookie, Browser);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
    }

    private static (string, string)[] Fields(string text) =>
    [
        .. text.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(field => field.Split('=', 2))
            .Select(field => (field[0], Uri.UnescapeDataString(field[1]))),
    ];
}
