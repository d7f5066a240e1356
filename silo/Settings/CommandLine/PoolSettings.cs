namespace P2PMiner.Silo.Settings.CommandLine;

/// <summary>Turns the pool options into the keys of Pool:Pools:N. The n-th value belongs to the n-th --pool, a single one to all.</summary>
internal static class PoolSettings
{
    public static void AddTo(Dictionary<string, string> settings, OptionTable table, GivenOptions given)
    {
        var pools = given.Values(table.Pool).Count;
        foreach (var entry in table.MineOptions.Where(entry => entry.Use is OptionUse.PerPool or OptionUse.PerPoolFlag))
        {
            var values = given.Values(entry);
            if (values.Count > 0 && pools == 0)
            {
                throw new CommandLineException($"{entry.Name}: needs a pool (--pool URL)");
            }

            if (values.Count > 1 && values.Count != pools)
            {
                throw new CommandLineException(
                    $"{entry.Name}: given {values.Count} times for {pools} pool{(pools == 1 ? "" : "s")}; give it once for all or once for each --pool");
            }

            for (var i = 0; i < pools && values.Count > 0; i++)
            {
                settings[$"Pool:Pools:{i}:{entry.Key}"] = values.Count == 1 ? values[0] : values[i];
            }
        }
    }
}
