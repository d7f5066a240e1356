using P2PMiner.Keys;
using P2PMiner.Security;

namespace P2PMiner.Client;

/// <summary>
/// Gives a running cluster a new key. Every living node accepts it beside the present one first; only when all have confirmed is it made
/// current anywhere. So no node ever sends under a key that another living node does not know.
/// </summary>
/// <param name="file">The key file of this machine; if it has a node, the node writes the file itself.</param>
internal sealed class KeyRotation(ICluster cluster, ClusterKeyFile file, TimeSpan grace, TimeProvider clock)
{
    private const int SwitchAttempts = 3;
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WithdrawnWithin = TimeSpan.FromSeconds(5);

    private readonly ClusterKey _key = ClusterKey.NewRandom();
    private readonly ClusterKey _former = cluster.Keys.Current;
    private readonly HashSet<string> _accepted = [];

    /// <exception cref="RefusedException">
    /// A node did not accept the key: nothing was switched, and what had been accepted was taken back where possible.
    /// </exception>
    public async Task<KeyRotationResult> RunAsync()
    {
        var until = clock.GetUtcNow() + grace;
        cluster.Keys.Accept(_key, until);
        try
        {
            await OfferAsync();
        }
        catch
        {
            await WithdrawAsync();
            throw;
        }

        var nodes = await Task.WhenAll(_accepted.Order(StringComparer.Ordinal).Select(SwitchAsync));
        cluster.Keys.Rotate(_key, grace);
        return new(_key, _former, until, [.. nodes, .. await NotReachedAsync()], Store());
    }

    /// <summary>Repeats until no living node is left that has not accepted: one may come in while the others are asked.</summary>
    private async Task OfferAsync()
    {
        var offer = new KeyOffer { Token = _key.ToToken(), Grace = grace };
        while (true)
        {
            var waiting = (await cluster.GetMembersAsync()).Where(member => member.State != MemberState.Gone && !_accepted.Contains(member.Node)).ToList();
            if (waiting.Count == 0)
            {
                return;
            }

            var answers = await Task.WhenAll(waiting.Select(async member => (
                member.Node, Refusal: member.State == MemberState.Starting ? "it is starting" : await cluster.AcceptKeyAsync(member.Node, offer))));
            // A node that did not answer may still have accepted.
            _accepted.UnionWith(waiting.Where(member => member.State == MemberState.Active).Select(member => member.Node));
            var refusals = answers.Where(answer => answer.Refusal is not null)
                .Select(answer => $"node {answer.Node[..8]} did not confirm ({answer.Refusal})").ToList();
            if (refusals.Count > 0)
            {
                throw new RefusedException(
                    $"{string.Join(", ", refusals)}: nothing was switched, and all nodes still use the current key; run rotate-key again");
            }
        }
    }

    /// <summary>A node that does not answer keeps the offer until its grace ends; nobody has that key.</summary>
    private async Task WithdrawAsync()
    {
        cluster.Keys.Withdraw(_key.Id);
        try
        {
            await Task.WhenAll(_accepted.Select(node => cluster.WithdrawKeyAsync(node, _key.Id))).WaitAsync(WithdrawnWithin, clock);
        }
        catch (TimeoutException)
        {
        }
    }

    private async Task<RotatedNode> SwitchAsync(string node)
    {
        string? refusal = null;
        for (var attempt = 0; attempt < SwitchAttempts; attempt++)
        {
            if (attempt > 0)
            {
                await Task.Delay(BetweenAttempts, clock);
            }

            if ((refusal = await cluster.SwitchKeyAsync(node, _key.Id)) is null)
            {
                return new(node, RotationOutcome.Switched, null);
            }
        }

        return new(node, RotationOutcome.Unconfirmed, refusal);
    }

    /// <summary>
    /// The nodes in the membership table and those that have worked for this master: the table forgets dead nodes after some minutes.
    /// </summary>
    private async Task<IEnumerable<RotatedNode>> NotReachedAsync()
    {
        var members = (await cluster.GetMembersAsync()).ToDictionary(member => member.Node, member => member.State);
        foreach (var gone in await WorkedAsync())
        {
            members.TryAdd(gone, MemberState.Gone);
        }

        return members.Where(member => !_accepted.Contains(member.Key)).OrderBy(member => member.Key, StringComparer.Ordinal)
            .Select(member => new RotatedNode(
                member.Key, RotationOutcome.NotReached, member.Value == MemberState.Gone ? "gone" : "joined during the rotation"));
    }

    private async Task<IEnumerable<string>> WorkedAsync()
    {
        try
        {
            return (await cluster.GetJobAsync()).Nodes.Select(node => node.Node.ToString());
        }
        catch (Exception none) when (none is RefusedException or TimeoutException or OrleansException)
        {
            return [];
        }
    }

    private string? Store()
    {
        try
        {
            var ring = file.Load();
            if (ring.Current.Equals(_former))
            {
                ring.Rotate(_key, grace);
                FolderOwner.OfService.Act(file.Folder, () =>
                {
                    file.Replace(ring);
                    return true;
                });
            }

            return null;
        }
        catch (ClusterKeyException error)
        {
            return error.Message;
        }
    }
}
