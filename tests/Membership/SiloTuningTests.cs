using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Membership;

namespace P2PMiner.Membership.Tests;

public sealed class SiloTuningTests
{
    [Fact]
    public void DeathVotes_OfClocksAsFarApartAsBeaconsAccept_Count()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleans(silo => silo.AddPostgreSqlMembership("Host=nowhere", new(TimeProvider.System, NullLogger<HostRebuilds>.Instance)));
        using var host = builder.Build();

        Assert.Equal(2 * ReplayGuard.ClockWindow, host.Services.GetRequiredService<IOptions<ClusterMembershipOptions>>().Value.DeathVoteExpirationTimeout);
    }
}
