namespace P2PMiner.Silo.History;

/// <summary>How a node did in a part of the last day.</summary>
/// <param name="Rates">Mean hashes a second in each of the equal parts of that time; null: nothing was observed.</param>
/// <param name="Celsius">The latest temperature of its processor in the last half hour; null: unknown.</param>
internal sealed record NodeTrend(IReadOnlyList<double?> Rates, double? Celsius);
