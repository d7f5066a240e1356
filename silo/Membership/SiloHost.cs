namespace P2PMiner.Silo.Membership;

/// <summary>The table and the membership service of the silo host that runs now.</summary>
/// <param name="services">Of that host. Its membership service exists only after the table does, hence it is looked up when needed.</param>
internal sealed class SiloHost(ProxyMembershipTable table, IServiceProvider services)
{
    public ProxyMembershipTable Table => table;

    /// <summary>Makes the silo read the table now instead of at its next turn.</summary>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        if (!table.IsFenced)
        {
            await services.GetRequiredService<IClusterMembershipService>().Refresh(default, cancellation);
        }
    }
}
