namespace P2PMiner.Silo.Web;

/// <summary>Who has sent a request, as <see cref="WebGate"/> found.</summary>
internal sealed record Visitor
{
    /// <summary>
    /// No token is set, so anybody who has an account on this machine may be the visitor. The console asks such a person for the cluster key, which others
    /// cannot read, or for being in the group of the service; the page must not give them more.
    /// </summary>
    public static Visitor WithoutToken { get; } = new() { Refusal = "this page only shows: to steer from it, set Web:Token and log in with it" };

    /// <summary>Has shown the second token.</summary>
    public static Visitor Looking { get; } = new() { Refusal = "Web:ViewToken may only look: to steer, log in with Web:Token" };

    /// <summary>Why they may only look, and what to do about it; null: they may steer.</summary>
    public string? Refusal { get; private init; }

    public bool MaySteer => Refusal is null;

    /// <summary>
    /// What a form must carry to be taken as theirs, see <see cref="LoginTickets.FormProof"/>. Null: they sent the token itself, which no page of another
    /// site can have a browser do.
    /// </summary>
    public string? FormProof { get; private init; }

    public static Visitor Steering(string? formProof) => new() { FormProof = formProof };

    /// <summary>Of a request that the gate has let through.</summary>
    public static Visitor Of(HttpContext context) => context.Features.Get<Visitor>() ?? WithoutToken;
}
