using System.Text;
using CsCheck;
using P2PMiner.Silo.Steering;
using static P2PMiner.Silo.Tests.Steering.SteeredWeb;

namespace P2PMiner.Silo.Tests.Steering;

/// <summary>Whatever is sent to the controls has a clear answer, nothing fails here, and what is done is what was asked.</summary>
public sealed class AnyFormTests
{
    private static readonly string[] Names =
        ["node", "threads", "url", "user", "pass", "back", "proof", "confirmed", "rig-id", "tls-strict", "", "NODE", "x", "%00", "node[]", "__proto__"];

    private static readonly string[] Values =
    [
        "", "all", "aa11", "aa", "ff", "0", "1", "99999999999999999999", "-1", "yes", "no", "/", "//x", "one.example:443", "stratum+tcp://two.example:3333",
        "%ff%fe", "a%00b", "%e2%80%ae", "<b>", "'", "%", "%zz", "a=b", "daemon%2bhttp://u:p@h:1",
    ];

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static readonly Gen<string> Any = Gen.String[0, 60];
    private static readonly Gen<string> Field = Gen.Select(
        Gen.OneOf(OneOf(Names), Any), Gen.OneOf(OneOf(Values), Any), (name, value) => $"{name}={value}");

    private static readonly Gen<string> Bodies = Gen.OneOf(Field.Array[0, 6].Select(fields => string.Join('&', fields)), Any);
    private static readonly Gen<string> Paths = Gen.OneOf(
        OneOf([.. Control.All.Select(control => control.Path)]),
        OneOf("/steer", "/steer/", "/steer/none", "/steer/pool", "/Steer/Pause", "/steer/pause/x"));

    [Fact]
    public async Task Form_Any_IsAnsweredAndNoneFailsHere()
    {
        await using var web = await StartAsync();
        using var client = web.Web.Client();
        var types = OneOf(
            "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-16", "text/plain", "multipart/form-data; boundary=x");
        var methods = Gen.Frequency((8, Gen.Const("POST")), (1, OneOf("GET", "PUT", "DELETE", "HEAD", "X")));

        await Gen.Select(methods, Paths, types, Bodies, Gen.Bool).SampleAsync(
            async (method, path, type, body, isPerson) =>
            {
                using var request = new HttpRequestMessage(new(method), path);
                request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {Token}");
                request.Headers.TryAddWithoutValidation("Accept", isPerson ? "text/html" : "*/*");
                if (method is not ("GET" or "HEAD"))
                {
                    request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
                    request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
                }

                using var answer = await client.SendAsync(request);
                var (status, text) = ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());

                Assert.True(status is 200 or 303 or (>= 400 and < 500), $"{method} {path} {body}: {status} {text}");
                Assert.True(method == "HEAD" || status == 303 || text.Length > 0, $"{method} {path} {body}: {status} without a word");
                Assert.True(status != 303 || answer.Headers.Location!.OriginalString.StartsWith('/'), "led away");
                Assert.DoesNotContain("<b>", text);
            },
            iter: 2000, threads: 1);

        var known = SteeredNodes();
        Assert.All(web.Steering.Calls, call => Assert.True(
            call == "invite" || call.StartsWith("pool/", StringComparison.Ordinal) || known.Contains(call.Split(' ')[1]), $"'{call}' was done"));
        Assert.Equal(web.Steering.Calls.Count, web.Web.Events.Told.Count);
        Assert.DoesNotContain("failed:", web.Web.Log.Text);
    }

    private static string[] SteeredNodes() => [First.ToString(), Second.ToString(), Gone.ToString()];
}
