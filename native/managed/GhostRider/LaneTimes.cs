namespace P2PMiner.Native;

/// <summary>What was measured: how long a hash took with each variant and number of lanes, round by round.</summary>
internal sealed class LaneTimes
{
    /// <summary>Differences below this are noise; fewer lanes leave more cache to the others.</summary>
    private const double Tie = 0.01;

    private readonly List<double>?[,] _rounds = new List<double>?[LaneDepths.Variants, LaneDepths.Most + 1];

    /// <param name="nanoseconds">For one hash of one thread.</param>
    public void Add(int variant, int lanes, double nanoseconds) => (_rounds[variant, lanes] ??= []).Add(nanoseconds);

    /// <summary>
    /// The median of the rounds, the lower one of an even number; null: not measured. The least would be a stroke of luck on a machine
    /// shared with others.
    /// </summary>
    public double? Of(int variant, int lanes) => _rounds[variant, lanes] is { } rounds ? rounds.Order().ElementAt((rounds.Count - 1) / 2) : null;

    /// <summary>
    /// For each variant the fastest number of lanes, the smaller one of a tie. All were tried, because the curve has more than one valley: one where the pads
    /// fill L2, and one where they fill L3.
    /// </summary>
    /// <param name="otherwise">For variants that were not measured.</param>
    public LaneDepths Choose(LaneDepths otherwise) => new([.. Enumerable.Range(0, LaneDepths.Variants).Select(variant =>
    {
        var times = Enumerable.Range(1, LaneDepths.Most).Where(lanes => Of(variant, lanes) is not null)
            .ToDictionary(lanes => lanes, lanes => Of(variant, lanes)!.Value);
        return times.Count == 0 ? otherwise[variant] : times.Where(pair => pair.Value <= times.Values.Min() * (1 + Tie)).Min(pair => pair.Key);
    })]);
}
