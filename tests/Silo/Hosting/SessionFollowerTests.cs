using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans;
using Orleans.Runtime;
using P2PMiner.Grains.Peers;
using P2PMiner.Grains.Pool;
using P2PMiner.Interfaces.Tests;
using P2PMiner.Peers;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Hosting;
using P2PMiner.TestKit;

namespace P2PMiner.Silo.Tests.Hosting;

public sealed class SessionFollowerTests
{
    [Fact]
    public async Task Follow_AnotherNodesGrainThrowsHostileText_TheLogHasItsFirstLineClean()
    {
        var (self, master, log) = (new NodeId(1), new NodeId(2), new RecordingLogger<SessionFollower>());
        using var services = new ServiceCollection().BuildServiceProvider();
        var silo = SiloAddress.New(System.Net.IPAddress.Loopback, 1, 1);
        var masters = new Mastership(NullLogger<Mastership>.Instance);
        masters.Publish(new(MasterRole.Following, master, 1), new(master, 1, new(System.Net.IPAddress.Loopback, 1), IsSelf: false), MasterView.Initial.Peers);
        var members = ImmutableDictionary<SiloAddress, ClusterMember>.Empty.Add(silo, new(silo, SiloStatus.Active, master.ToString()));
        using var follower = new SessionFollower(
            services, Proxy.Of<IGrainFactory>((_, _) => throw new InvalidOperationException(WireValues.Hostile)),
            Proxy.Of<IClusterMembershipService>((_, _) => new ClusterMembershipSnapshot(members, new(1))), masters, new CurrentSession(), null!, new RunningSilo(),
            new(self, new Terminal.FullValues(0).Make<PeerCapabilities>()), new NodeControl(), new FakeTimeProvider(), log);

        await follower.StartAsync(CancellationToken.None);
        var line = await log.WaitAsync("a?[2J");
        await follower.StopAsync(CancellationToken.None);

        Assert.True(line.All(OutsideText.IsHarmless), line);
    }

    public class Proxy : DispatchProxy
    {
        private Func<MethodInfo, object?[]?, object?>? _answer;

        public static T Of<T>(Func<MethodInfo, object?[]?, object?> answer)
            where T : class
        {
            var proxy = Create<T, Proxy>();
            ((Proxy)(object)proxy)._answer = answer;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer!(targetMethod!, args);
    }
}
