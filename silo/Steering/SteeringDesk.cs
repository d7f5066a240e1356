using System.Net;
using System.Security.Cryptography;
using System.Text;
using P2PMiner.History;
using P2PMiner.Peers;
using P2PMiner.Silo.History;
using P2PMiner.Silo.Web;

namespace P2PMiner.Silo.Steering;

/// <summary>
/// Takes the forms of the pages, and the requests of scripts, which need no page: asks before what stops mining, has it done, writes down what was done. Only
/// requests that may change something get here, see <see cref="WebGate"/>.
/// </summary>
internal sealed class SteeringDesk(Planner planner, IClusterSteering steering, IEventLog events, Notices notices, ILogger<SteeringDesk> log)
{
    /// <summary>What a browser tells of where a request comes from: "same-origin", "none" (typed by a person), "same-site" or "cross-site".</summary>
    private const string FetchSite = "Sec-Fetch-Site";

    /// <param name="name">Of the control.</param>
    public async Task<IResult> AnswerAsync(HttpContext context, string? name)
    {
        var back = "/";
        try
        {
            if (Control.All.FirstOrDefault(control => control.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } control)
            {
                throw new SteeringException(
                    StatusCodes.Status404NotFound, $"there is no such control (controls: {string.Join(", ", Control.All.Select(known => known.Name))})");
            }

            if (!HttpMethods.IsPost(context.Request.Method))
            {
                context.Response.Headers.Allow = HttpMethods.Post;
                throw new SteeringException(StatusCodes.Status405MethodNotAllowed, $"{control.Name}: only by POST");
            }

            var visitor = Visitor.Of(context);
            RequireOwnPage(context.Request, visitor);
            var form = await SentForm.ReadAsync(context.Request);
            RequireProof(form, visitor);
            back = form.ReadBack();
            form.RequireOnly(control);
            if (control == Control.Invite)
            {
                RequirePrivacy(context);
            }

            var plan = await planner.ReadAsync(control, form);
            return plan.Warning is not null && !form.Has(SentForm.Confirmed) ? Ask(context, visitor, control, plan, back)
                : await CarryOutAsync(context, plan, back);
        }
        catch (SteeringException refused)
        {
            return Refuse(context, refused.StatusCode, refused.Message, back);
        }
        catch (FormatException wrong)
        {
            return Refuse(context, StatusCodes.Status400BadRequest, wrong.Message, back);
        }
        catch (Exception silent) when (IsSilence(silent))
        {
            return Refuse(context, StatusCodes.Status503ServiceUnavailable, Why(silent), back);
        }
    }

    private async Task<IResult> CarryOutAsync(HttpContext context, Plan plan, string back)
    {
        var outcomes = await Task.WhenAll(plan.Steps.Select(step => RunAsync(context, step)));
        var done = plan.Steps.Zip(outcomes).Where(pair => pair.Second.Status == StatusCodes.Status200OK).Select(pair => pair.First.Done).ToList();
        if (outcomes.FirstOrDefault(outcome => outcome.Status != StatusCodes.Status200OK) is { Status: > 0 } failed)
        {
            return Refuse(context, failed.Status, string.Join("; ", done.Append(failed.Text)), back);
        }

        if (plan.BringsSecret)
        {
            return Show(context, outcomes[0].Text!, back);
        }

        var text = string.Join("; ", done.Concat(outcomes.Select(outcome => outcome.Text).OfType<string>()));
        return IsForPerson(context) ? SeeOther(context, notices.AddTo(back, text)) : Results.Text(text + "\n");
    }

    /// <returns>200 and what else to tell, or another status and why it is not done.</returns>
    private async Task<(int Status, string? Text)> RunAsync(HttpContext context, Step step)
    {
        try
        {
            var more = await step.RunAsync();
            var told = $"{step.Done} by the web page of node {steering.Self.Short}";
            events.Add(EventKind.Steered, told, step.Node);
            log.Steered(OutsideText.Clean(told), context.Connection.RemoteIpAddress);
            return (StatusCodes.Status200OK, more);
        }
        catch (SteeringException refused)
        {
            return (refused.StatusCode, refused.Message);
        }
        catch (Exception silent) when (IsSilence(silent))
        {
            return (StatusCodes.Status503ServiceUnavailable, step.Node is { } node ? $"node {node.Short}: {Why(silent)}" : Why(silent));
        }
    }

    private static IResult Ask(HttpContext context, Visitor visitor, Control control, Plan plan, string back)
    {
        if (!IsForPerson(context))
        {
            throw SentForm.Wrong($"{SentForm.Confirmed}: send {SentForm.Yes} if this is meant: {plan.Title}. {plan.Warning}");
        }

        return WebPage.Of($"P2PMiner: {plan.Title}?", Html.Of($"""
            <main><form method="post" action="{control.Path}"><h1>{plan.Title}?</h1><p>{plan.Warning}</p>
            {SteerForms.Hidden(visitor, back, plan.Fields.Append((SentForm.Confirmed, SentForm.Yes)))}<button>{plan.Title}</button>
            <p><a href="{back}">Cancel</a></p></form></main>
            """));
    }

    /// <summary>The answer itself and not a page behind a redirection, so that it can be seen only once.</summary>
    private static IResult Show(HttpContext context, string secret, string back)
        => !IsForPerson(context) ? Results.Text(secret + "\n") : WebPage.Of("P2PMiner: invitation", Html.Of($"""
            <main><h1>Invitation</h1>
            <p>Run this on each machine that shall join, then start p2p-miner there. It is not shown again by itself; keep it secret.</p>
            <pre>{secret}</pre><p><a href="{back}">Back</a></p></main>
            """));

    private static IResult Refuse(HttpContext context, int statusCode, string text, string back)
    {
        text = OutsideText.Clean(text, OutsideText.LongMaxChars);
        return !IsForPerson(context) ? Results.Text(text + "\n", statusCode: statusCode) : WebPage.Of("P2PMiner: not done", Html.Of($"""
            <main><h1>Not done</h1><p class="bad" role="alert">{text}</p><p><a href="{back}">Back</a></p></main>
            """), statusCode);
    }

    private static IResult SeeOther(HttpContext context, string address)
    {
        context.Response.Headers.Location = address;
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <summary>
    /// A browser that has logged in may be used by a page of somebody else. It says itself where the request comes from: in one header on HTTPS and on this
    /// machine, in another elsewhere. A proxy may have changed the host of the request, so the first, if sent, is enough.
    /// </summary>
    private static void RequireOwnPage(HttpRequest request, Visitor visitor)
    {
        var (site, origin) = (request.Headers[FetchSite].ToString(), request.Headers.Origin.ToString());
        var isOwn = site.Length > 0 ? site is "same-origin" or "none"
            : origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out var from)
                && from.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));
        if (visitor.FormProof is not null && !isOwn)
        {
            throw new SteeringException(StatusCodes.Status403Forbidden, "this form was not sent from a page of this node");
        }
    }

    private static void RequireProof(SentForm form, Visitor visitor)
    {
        if (visitor.FormProof is { } proof
            && !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(form[SentForm.Proof] ?? ""), Encoding.UTF8.GetBytes(proof)))
        {
            throw new SteeringException(
                StatusCodes.Status403Forbidden, "this form is from before you logged in, or from another place: open the page again and repeat it");
        }
    }

    private static void RequirePrivacy(HttpContext context)
    {
        var stays = context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address) && WebGate.IsForThisMachine(context);
        if (!stays && !context.Request.IsHttps)
        {
            throw new SteeringException(
                StatusCodes.Status403Forbidden,
                "the join token is not sent over plain HTTP, because others could read it on the way: use HTTPS (Web:CertificateFile), or p2p-console invite");
        }
    }

    private static bool IsForPerson(HttpContext context) => WebHeaders.WantsHtml(context.Request);

    private static bool IsSilence(Exception error) => error is InvalidOperationException or OrleansException or TimeoutException;

    private static string Why(Exception silent)
        => silent is TimeoutException ? "no answer; look whether it was done before you try again" : silent.Message.Split('\n')[0];
}
