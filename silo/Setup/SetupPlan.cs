using P2PMiner.Security;
using P2PMiner.Silo.Settings.CommandLine;

namespace P2PMiner.Silo.Setup;

/// <summary>What a setup is to do, in this order.</summary>
internal sealed record SetupPlan
{
    /// <summary>All that the settings file is to hold; null: it stays as it is.</summary>
    public IReadOnlyDictionary<string, string>? Settings { get; init; }

    /// <summary>To join its cluster; null: not asked for.</summary>
    public ClusterKey? Key { get; init; }

    /// <summary>To be enabled, and started or, where they run, restarted.</summary>
    public IReadOnlyList<UnitPlan> Units { get; init; } = [];

    /// <summary>Asked for by name, and not possible here.</summary>
    public IReadOnlyList<Refusal> NotDone { get; init; } = [];

    /// <summary>What a person should know who was not asked about it.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    public bool IsEmpty => Settings is null && Key is null && Units.Count == 0;

    /// <param name="Obstacle">The end of a sentence.</param>
    internal sealed record Refusal(SetupOffer Offer, string Obstacle);

    /// <param name="Enable">False: only restarted, where it runs.</param>
    internal sealed record UnitPlan(string Name, bool Enable);
}
