using System.Globalization;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.Steering;

/// <summary>Reads what was asked for, by the rules that the console has.</summary>
internal sealed class Planner(IMinerConsoleSource cluster, IClusterSteering steering)
{
    /// <summary>For pause and resume, instead of a node.</summary>
    public const string All = "all";

    /// <exception cref="SteeringException">A field is missing or wrong.</exception>
    /// <exception cref="FormatException">As before; the message is the one line to show.</exception>
    public Task<Plan> ReadAsync(Control control, SentForm form)
        => control == Control.Pause ? OfNodesAsync(
                form, "Pause", "paused", steering.PauseAsync, "Hashing stops there until it is resumed.", takesAll: true)
            : control == Control.Resume ? OfNodesAsync(form, "Resume", "resumed", steering.ResumeAsync, null, takesAll: true)
            : control == Control.Drain ? OfNodesAsync(
                form, "Drain", "told to drain", steering.DrainAsync,
                "It takes no more work and hands in what it is hashing. Then hashing stops there until it is resumed.")
            : control == Control.Quarantine ? OfNodesAsync(
                form, "Quarantine", "quarantined", steering.QuarantineAsync, "It gets no more work, and its shares are refused, until it is released.",
                takesGone: true)
            : control == Control.Release ? OfNodesAsync(form, "Release", "released", steering.ReleaseAsync, null, takesGone: true)
            : control == Control.Threads ? OfThreadsAsync(form)
            : Task.FromResult(control == Control.PoolAdd ? OfNewPool(form)
                : control == Control.PoolSwitch ? OfPool(
                    form, "Prefer", "preferred", steering.SwitchPoolAsync,
                    "All nodes mine there as soon as it has sent a job. Until then the pool in use serves.")
                : control == Control.PoolRemove ? OfPool(
                    form, "Remove", "removed", steering.RemovePoolAsync,
                    "Its user and password are forgotten. If it is the one in use, the next takes over at once, and what is not handed in yet is lost.")
                : OfInvitation());

    private async Task<Plan> OfNodesAsync(
        SentForm form, string verb, string done, Func<NodeId, Task> act, string? warning, bool takesAll = false, bool takesGone = false)
    {
        var nodes = await ChooseAsync(form, takesAll, takesGone);
        var who = warning is null ? ""
            : nodes.Count == 1 ? $" {await NameAsync(nodes[0])}"
            : string.Create(CultureInfo.InvariantCulture, $" all {nodes.Count} nodes");
        var steps = nodes.Select(node => new Step(node, $"node {node.Short} {done}", async () =>
        {
            await act(node);
            return null;
        }));
        return new($"{verb}{who}", warning, [.. steps]) { Fields = [("node", form["node"])] };
    }

    private async Task<Plan> OfThreadsAsync(SentForm form)
    {
        var threads = TypedNumber.Read("threads", form.Need("threads"), PeerCapabilities.MaxThreads);
        var node = (await ChooseAsync(form, takesAll: false, takesGone: false))[0];
        var done = string.Create(CultureInfo.InvariantCulture, $"node {node.Short} set to {threads} thread{(threads == 1 ? "" : "s")}");
        return new("Threads", null, new Step(node, done, async () =>
        {
            await steering.SetThreadsAsync(node, threads);
            return (await cluster.GetPeerAsync(node))?.NoteOn(threads);
        }));
    }

    private Plan OfNewPool(SentForm form)
    {
        var pool = new TypedPool
        {
            Url = form["url"],
            User = form["user"],
            Pass = form["pass"],
            RigId = form["rig-id"],
            TlsFingerprint = form["tls-fingerprint"],
            TlsStrict = form.Has("tls-strict"),
            Socks5 = form["socks5"],
            RpcLogin = form["rpc-login"],
            NiceHash = form.Has("nicehash"),
            KeepAlive = form.Has("keepalive"),
        }.Read(property => property switch
        {
            nameof(TypedPool.RigId) => "rig-id",
            nameof(TypedPool.TlsFingerprint) => "tls-fingerprint",
            nameof(TypedPool.RpcLogin) => "rpc-login",
            _ => property.ToLowerInvariant(),
        });
        return new("Add a pool", null, new Step(null, $"pool {pool.Url} added", Refusable(() => steering.AddPoolAsync(pool))));
    }

    private static Plan OfPool(SentForm form, string verb, string done, Func<string, Task<string?>> act, string warning)
    {
        // Without the login that may be in it.
        var url = DaemonLogin.Split(PastedText.Trim(form.Need("url"))).Url;
        return new($"{verb} pool {url}", warning, new Step(null, $"pool {url} {done}", Refusable(() => act(url)))) { Fields = [("url", url)] };
    }

    private Plan OfInvitation()
    {
        const string Warning = "Whoever has the token can add machines to the cluster, stop its mining, and have it mine for themselves. "
            + "It cannot be taken back, only replaced: p2p-console rotate-key.";
        var step = new Step(null, "join token shown", () => Task.FromResult<string?>(steering.Invite()));
        return new("Show the join token", Warning, step) { BringsSecret = true };
    }

    private static Func<Task<string?>> Refusable(Func<Task<string?>> act) => async () => await act() is { } refusal
        ? throw new SteeringException(StatusCodes.Status409Conflict, refusal) : null;

    private async Task<IReadOnlyList<NodeId>> ChooseAsync(SentForm form, bool takesAll, bool takesGone)
    {
        var text = form.Need("node");
        var isAll = takesAll && text.Equals(All, StringComparison.OrdinalIgnoreCase);
        var digits = "";
        if (!isAll && !NodeDigits.TryRead(text, out digits))
        {
            throw SentForm.Wrong($"node: '{text}' is not a node id (hex digits){(takesAll ? $" or {All}" : "")}");
        }

        var nodes = (await cluster.GetJobAsync()).Nodes.Where(node => takesGone || !node.Gone).Select(node => node.Node).ToList();
        if (isAll)
        {
            return nodes.Count > 0 ? nodes : throw SentForm.Wrong("node: there is none");
        }

        var chosen = NodeDigits.Choose(digits, nodes.Select(node => node.ToString()));
        return [nodes.First(node => node.ToString() == chosen)];
    }

    private async Task<string> NameAsync(NodeId node)
        => (await cluster.GetPeerAsync(node))?.Capabilities.HostName is { Length: > 0 } host ? $"node {host} ({node.Short})" : $"node {node.Short}";
}
