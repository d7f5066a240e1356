using P2PMiner.Security;

namespace P2PMiner.Membership.Tests;

/// <summary>The contract through TLS to another node, which serves its SQLite file.</summary>
public sealed class ProxyMembershipTableTests : MembershipTableContract, IAsyncLifetime
{
    private readonly ClusterKeyRing _ring = new(ClusterKey.NewRandom(), TimeProvider.System);
    private readonly List<TestNode> _nodes = [];

    public async ValueTask InitializeAsync()
    {
        await StartAsync();
        _nodes[0].Elect(1, _nodes[0]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
    }

    private protected override async Task<IMembershipTable> OpenAsync()
    {
        var node = await StartAsync();
        node.Elect(1, _nodes[0]);
        var table = node.OpenTable();
        await table.InitializeMembershipTableAsync(true);
        return table;
    }

    private async Task<TestNode> StartAsync()
    {
        var node = await TestNode.StartAsync((uint)_nodes.Count + 1, _ring);
        _nodes.Add(node);
        return node;
    }
}
