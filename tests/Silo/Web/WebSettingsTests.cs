using System.Collections;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace P2PMiner.Silo.Tests.Web;

public sealed class WebSettingsTests : IDisposable
{
    private const string Token = "an-owl-in-the-barn";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--http-bind 0.0.0.0", null, "Web:Token: must be set when Web:Bind (--http-bind) is 0.0.0.0, which other machines can reach; give 16 or more characters in the environment as P2P_WEB__TOKEN")]
    [InlineData("--http-bind ::", "", "Web:Token: must be set when Web:Bind (--http-bind) is ::,")]
    [InlineData("--http-bind 192.0.2.1", "fifteen-letters", "Web:Token: is shorter than 16 characters")]
    [InlineData("", "fifteen-letters", "Web:Token: is shorter than 16 characters")]
    [InlineData("", "with a space and more", "Web:Token: has a space")]
    [InlineData("", "grüße-aus-dem-stall", "Web:Token: has a space or a character that is not visible ASCII")]
    public async Task Run_TokenMissingOrWeak_IsExitCode78(string options, string? token, string message)
    {
        string[] args = [.. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--data", _folder.Path];
        var environment = token is null ? new Hashtable() : new() { ["P2P_WEB__TOKEN"] = token };

        foreach (var outcome in new[] { await InProcess.RunAsync(args, environment), await InProcess.RunAsync([.. args, "--dry-run"], environment) })
        {
            Assert.Equal(78, outcome.ExitCode);
            Assert.StartsWith($"configuration: {message}", outcome.Error);
            Assert.Equal(1, outcome.Error.Count(letter => letter == '\n'));
            Assert.True(token is null or "" || !outcome.Error.Contains(token));
        }
    }

    [Theory]
    [InlineData("127.0.0.1", null)]
    [InlineData("127.9.9.9", null)]
    [InlineData("::1", "")]
    [InlineData("0.0.0.0", Token)]
    public async Task DryRun_LoopbackOrWithToken_IsValidAndShowsNoToken(string bind, string? token)
    {
        var outcome = await InProcess.RunAsync(["--dry-run=all", "--http-bind", bind], new Hashtable { ["P2P_WEB__TOKEN"] = token ?? "" });

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains($"Web:Bind = {bind}\n", outcome.Out);
        Assert.Contains($"Web:Token = {(string.IsNullOrEmpty(token) ? "" : "***")}\n", outcome.Out);
        Assert.DoesNotContain(Token, outcome.Out);
    }

    [Fact]
    public async Task DryRun_CorsWithoutToken_IsRefused()
    {
        var cors = new Hashtable { ["P2P_WEB__CORS"] = "true" };

        var without = await InProcess.RunAsync(["--dry-run"], cors);
        cors["P2P_WEB__TOKEN"] = Token;
        var with = await InProcess.RunAsync(["--dry-run"], cors);

        Assert.Equal((78, 0), (without.ExitCode, with.ExitCode));
        Assert.StartsWith("configuration: Web:Cors: needs a Web:Token", without.Error);
        Assert.Contains("Web:Cors = true\n", with.Out, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(null, "an-owl-on-the-roof", "Web:ViewToken: needs a Web:Token beside it")]
    [InlineData(Token, Token, "Web:ViewToken: is the same as Web:Token")]
    [InlineData(Token, "fifteen-letters", "Web:ViewToken: is shorter than 16 characters")]
    [InlineData(Token, "an owl on the roof", "Web:ViewToken: has a space")]
    public async Task DryRun_ViewTokenThatCannotBe_IsRefusedWithoutShowingIt(string? token, string viewToken, string message)
    {
        var outcome = await InProcess.RunAsync(["--dry-run"], new Hashtable { ["P2P_WEB__TOKEN"] = token ?? "", ["P2P_WEB__VIEWTOKEN"] = viewToken });

        Assert.Equal(78, outcome.ExitCode);
        Assert.StartsWith($"configuration: {message}", outcome.Error);
        Assert.DoesNotContain(viewToken, outcome.Error);
    }

    [Fact]
    public async Task DryRun_BothTokens_ShowsNeither()
    {
        var outcome = await InProcess.RunAsync(
            ["--dry-run=all"], new Hashtable { ["P2P_WEB__TOKEN"] = Token, ["P2P_WEB__VIEWTOKEN"] = "an-owl-on-the-roof" });

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("Web:ViewToken = ***\n", outcome.Out);
        Assert.DoesNotContain("an-owl", outcome.Out);
    }

    [Fact]
    public async Task Run_TokenOnTheCommandLine_IsRefused()
    {
        var outcome = await InProcess.RunAsync(["--dry-run", "--http-token", Token]);

        Assert.Equal(2, outcome.ExitCode);
    }

    [Fact]
    public async Task DryRun_WrongCertificateFiles_NamesTheKey()
    {
        var (certificate, key) = Write("localhost");
        var (_, other) = Write("other");
        var empty = _folder.File("empty.pem", "nothing\n");

        await Fails($"Web:CertificateFile: {_folder.Path}/none.pem: ", $"{_folder.Path}/none.pem", null);
        await Fails($"Web:CertificateFile: {empty}: holds no certificate", empty, null);
        await Fails($"Web:CertificateFile: {certificate}: ", certificate, null);
        await Fails($"Web:KeyFile: {other}: ", certificate, other);
        await Fails("Web:KeyFile: has no meaning without Web:CertificateFile", null, key);

        async Task Fails(string message, string? certificateFile, string? keyFile)
        {
            var environment = new Hashtable { ["P2P_WEB__CERTIFICATEFILE"] = certificateFile ?? "", ["P2P_WEB__KEYFILE"] = keyFile ?? "" };
            var outcome = await InProcess.RunAsync(["--dry-run"], environment);
            Assert.Equal(78, outcome.ExitCode);
            Assert.StartsWith($"configuration: {message}", outcome.Error);
        }
    }

    [Fact]
    public async Task Web_WithCertificate_IsHttpsWithASecureCookie()
    {
        var (certificate, key) = Write("localhost");
        await using var web = await WebUnderTest.StartAsync(new() { Token = Token, CertificateFile = certificate, KeyFile = key });

        using var login = await web.LogInAsync(Token);

        Assert.Equal("https", web.Address.Scheme);
        Assert.Equal(HttpStatusCode.SeeOther, login.StatusCode);
        Assert.Contains("; secure", login.Headers.GetValues("Set-Cookie").Single());
        Assert.DoesNotContain("plain HTTP", web.Log.Text);
    }

    [Fact]
    public async Task Web_PlainAndReachedByOthers_SaysThatTheyCanReadAlong()
    {
        await using var others = await WebUnderTest.StartAsync(new() { Bind = "0.0.0.0", Token = Token });
        await using var here = await WebUnderTest.StartAsync(new() { Token = Token });

        Assert.Contains("is plain HTTP: anybody who can read the network traffic can read the token", others.Log.Text);
        Assert.DoesNotContain("plain HTTP", here.Log.Text);
    }

    private (string Certificate, string Key) Write(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        return (_folder.File($"{name}.pem", certificate.ExportCertificatePem()), _folder.File($"{name}-key.pem", key.ExportPkcs8PrivateKeyPem()));
    }
}
