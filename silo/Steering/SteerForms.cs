using System.Globalization;
using P2PMiner.Peers;
using P2PMiner.Silo.Web;

namespace P2PMiner.Silo.Steering;

/// <summary>The forms that pages show to visitors who may steer; to others they tell why not. All work without scripts.</summary>
internal static class SteerForms
{
    /// <param name="back">Path of the page that it is on; the same for the others.</param>
    /// <param name="state">As it says itself; null: it does not answer, or is gone.</param>
    /// <param name="threads">In use now.</param>
    /// <param name="isQuarantined">As the master has it.</param>
    public static Html OfNode(Visitor visitor, string back, NodeId node, PeerState? state, int threads, bool isQuarantined)
    {
        var isHeld = state is PeerState.Paused or PeerState.Draining or PeerState.Drained;
        var id = node.ToString();
        return Group(visitor,
            state is null ? default
                : isHeld ? ButtonOf(Control.Resume, "Resume") : Html.Join([ButtonOf(Control.Pause, "Pause"), ButtonOf(Control.Drain, "Drain")]),
            isQuarantined ? ButtonOf(Control.Release, "Release") : ButtonOf(Control.Quarantine, "Quarantine"),
            state is null ? default : Html.Of($"""
                <form method="post" action="{Control.Threads.Path}">{Hidden(visitor, back, ("node", id))}<label>Threads
                <input type="number" name="threads" min="1" max="{Whole(PeerCapabilities.MaxThreads)}" value="{Whole(Math.Max(1, threads))}" required></label>
                <button>Set</button></form>
                """));

        Html ButtonOf(Control control, string text) => Button(visitor, back, control, text, ("node", id));
    }

    /// <param name="pools">URLs of all, preferred first, as in <see cref="Pool.PoolStatus.Pools"/>.</param>
    public static Html OfPools(Visitor visitor, string back, IReadOnlyList<string> pools)
    {
        var rows = pools.Select((url, index) => Html.Of($"""
            <li>{url} {(index == 0 ? default : Button(visitor, back, Control.PoolSwitch, "Prefer", $"Prefer {url}", ("url", url)))}
            {Button(visitor, back, Control.PoolRemove, "Remove", $"Remove {url}", ("url", url))}</li>
            """));
        var list = Html.Of($"<ol>{Html.Join(rows)}</ol>");
        return Group(visitor, pools.Count == 0 ? default : list, Html.Of($"""
            <details><summary>Add a pool</summary><form method="post" action="{Control.PoolAdd.Path}" autocomplete="off">{Hidden(visitor, back)}
            {Text("url", "Address: stratum+ssl://HOST:PORT, or daemon+http://HOST:PORT", isNeeded: true)}
            {Text("user", "User: the wallet address, or what the pool calls you", isNeeded: true)}
            <label>Password, if the pool asks for one <input type="password" name="pass" autocomplete="new-password"></label>
            {Text("rig-id", "Rig id")}{Text("tls-fingerprint", "Fingerprint of the only certificate to accept (SHA-256)")}
            {Text("socks5", "SOCKS5 proxy: HOST:PORT")}
            <label>Login of a daemon: USER:PASS <input type="password" name="rpc-login" autocomplete="new-password"></label>
            {Box("tls-strict", "Accept only a certificate that the system trusts")}{Box("nicehash", "NiceHash: leave the last nonce byte to the pool")}
            {Box("keepalive", "Keep the connection alive")}<button>Add</button></form></details>
            """));
    }

    /// <summary>What concerns all nodes, and the invitation.</summary>
    public static Html OfCluster(Visitor visitor, string back) => Group(visitor,
        Button(visitor, back, Control.Pause, "Pause all nodes", ("node", Planner.All)),
        Button(visitor, back, Control.Resume, "Resume all nodes", ("node", Planner.All)),
        Button(visitor, back, Control.Invite, "Invite a machine"));

    /// <summary>The fields that a person does not see.</summary>
    public static Html Hidden(Visitor visitor, string back, params IEnumerable<(string Name, string? Value)> fields)
        => Html.Join(fields.Append((SentForm.Back, back)).Append((SentForm.Proof, visitor.FormProof)).Where(field => field.Item2 is not null)
            .Select(field => Html.Of($"""<input type="hidden" name="{field.Item1}" value="{field.Item2}">""")));

    private static Html Group(Visitor visitor, params IEnumerable<Html> forms)
        => visitor.Refusal is { } refusal ? Html.Of($"""<p class="dim">{refusal}</p>""") : Html.Of($"""<div class="steer">{Html.Join(forms)}</div>""");

    private static Html Button(Visitor visitor, string back, Control control, string text, params (string, string?)[] fields)
        => Button(visitor, back, control, text, text, fields);

    /// <param name="spoken">For who cannot see what the button stands beside.</param>
    private static Html Button(Visitor visitor, string back, Control control, string text, string spoken, params (string, string?)[] fields)
        => Html.Of($"""<form method="post" action="{control.Path}">{Hidden(visitor, back, fields)}<button aria-label="{spoken}">{text}</button></form>""");

    private static Html Text(string name, string label, bool isNeeded = false) => isNeeded
        ? Html.Of($"""<label>{label} <input name="{name}" required></label>""") : Html.Of($"""<label>{label} <input name="{name}"></label>""");

    private static Html Box(string name, string label)
        => Html.Of($"""<label><input type="checkbox" name="{name}" value="{SentForm.Yes}"> {label}</label>""");

    private static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);
}
