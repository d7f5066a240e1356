using CsCheck;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Grains.Datasets;
using P2PMiner.Peers;

namespace P2PMiner.Grains.Tests.Datasets;

public sealed class DatasetHostsTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Choose_NobodyMadeOne_TakesMostMemoryAmongThoseThatCan()
    {
        var hosts = Announce(Node(1, ram: 16), Node(2, ram: 64), Node(3, ram: 128) with { GuestThreads = 0 }, Node(4, ram: 256) with { DatasetMode = "light" },
            Node(5, ram: 512) with { DatasetMode = "" });

        Assert.Equal((new NodeId(2), 3), (hosts.Choose()!.Node, hosts.Choose()!.Threads));
    }

    [Fact]
    public void Choose_OneMadeByItsOwner_TakesThat()
    {
        var hosts = Announce(Node(1, ram: 64), Node(2, ram: 4) with { IsDatasetHost = true, DatasetMode = "light" });

        Assert.Equal(new NodeId(2), hosts.Choose()!.Node);
    }

    [Theory]
    [InlineData("", 3)]
    [InlineData("fast", 0)]
    public void Choose_OneMadeByItsOwnerCannotYet_TakesAnother(string mode, int guestThreads)
    {
        var hosts = Announce(Node(1, ram: 4), Node(2, ram: 64) with { IsDatasetHost = true, DatasetMode = mode, GuestThreads = guestThreads });

        Assert.Equal(new NodeId(1), hosts.Choose()!.Node);
    }

    [Fact]
    public void Choose_EqualNodes_StaysWithTheSmallerId()
    {
        var hosts = Announce(Node(7, ram: 4), Node(3, ram: 4), Node(5, ram: 4));

        Assert.Equal(new NodeId(3), hosts.Choose()!.Node);
    }

    [Fact]
    public void Choose_NodeLeftOrSilent_IsNotOffered()
    {
        var hosts = Announce(Node(1, ram: 4), Node(2, ram: 8));
        hosts.Forget(new(2));
        Assert.Equal(new NodeId(1), hosts.Choose()!.Node);

        _clock.Advance(TimeSpan.FromSeconds(21));

        Assert.Null(hosts.Choose());
    }

    [Fact]
    public void Choose_AnyAnnouncementsAndLosses_IsTheBestOfThoseHeardOf() =>
        Gen.Select(Gen.Int[1, 5], Gen.Int[0, 3], Gen.Int[0, 2], Gen.Bool, Gen.Int[0, 9]).Array[1, 60].Sample(steps =>
        {
            var clock = new FakeTimeProvider();
            var hosts = new DatasetHosts(clock);
            var known = new Dictionary<NodeId, (NodeAnnouncement Said, DateTimeOffset At)>();
            foreach (var (id, ram, threads, isDatasetHost, what) in steps)
            {
                var node = Node(id, ram) with { GuestThreads = threads, IsDatasetHost = isDatasetHost };
                switch (what)
                {
                    case 0:
                        hosts.Forget(node.Node);
                        known.Remove(node.Node);
                        break;
                    case 1:
                        hosts.Sweep();
                        break;
                    case 2:
                        clock.Advance(TimeSpan.FromSeconds(9));
                        break;
                    default:
                        hosts.Announce(node);
                        known[node.Node] = (node, clock.GetUtcNow());
                        break;
                }

                var best = known.Values.Where(one => one.Said.GuestThreads > 0 && clock.GetUtcNow() - one.At <= TimeSpan.FromSeconds(20))
                    .Select(one => one.Said)
                    .OrderByDescending(one => one.IsDatasetHost).ThenByDescending(one => one.Capabilities.RamUsableBytes)
                        .ThenBy(one => one.Node).FirstOrDefault();
                Assert.Equal((best?.Node, best?.GuestThreads), (hosts.Choose()?.Node, hosts.Choose()?.Threads));
            }
        });

    private static NodeAnnouncement Node(int id, long ram) => new()
    {
        Node = new((UInt128)id),
        Capabilities = new()
        {
            HostName = "host", Cpu = "cpu", Cores = 4, Threads = 1, L2Bytes = 0, L3Bytes = 0, RamTotalBytes = ram << 30,
            RamUsableBytes = ram << 30, Isa = [], Version = "",
        },
        IsDatasetHost = false,
        DatasetMode = "fast",
        GuestThreads = 3,
    };

    private DatasetHosts Announce(params NodeAnnouncement[] nodes)
    {
        var hosts = new DatasetHosts(_clock);
        Array.ForEach(nodes, hosts.Announce);
        return hosts;
    }
}
