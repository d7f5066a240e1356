namespace P2PMiner.Native;

/// <summary>Tries shapes in rounds, so that a busy moment of the machine hits each of them alike, and takes the fastest.</summary>
internal sealed class ShapeTuner(IShapeMeter meter, TimeProvider clock)
{
    /// <summary>A measurement in progress at its end goes on.</summary>
    public static readonly TimeSpan Budget = TimeSpan.FromSeconds(5);

    private const int Rounds = 7;

    /// <summary>Differences below this are noise; fewer machines leave more cache to the others.</summary>
    private const double Tie = 0.01;

    /// <summary>
    /// With the whole dataset: 1, 2 and 4 machines, each with both ways of fetching. What is best depends on how long memory takes here,
    /// and on what of the caches is left. Eight and more were never better where it was tried.
    /// </summary>
    public static IReadOnlyList<RandomXShape> Candidates(uint machinesMax)
        => [.. from machines in (uint[])[1, 2, 4] where machines <= machinesMax from fetch in (RandomXFetch[])[RandomXFetch.Nta, RandomXFetch.T0]
            select new RandomXShape(machines, fetch)];

    /// <param name="candidates">In the order that decides between equals.</param>
    /// <param name="otherwise">For a machine too slow to measure each of them.</param>
    /// <exception cref="OperationCanceledException"><paramref name="isCancelled"/> said so.</exception>
    public RandomXShape Run(IReadOnlyList<RandomXShape> candidates, RandomXShape otherwise, Func<bool> isCancelled)
    {
        var began = clock.GetTimestamp();
        var times = candidates.ToDictionary(shape => shape, _ => new List<double>());
        foreach (var shape in Enumerable.Repeat(candidates, Rounds).SelectMany(round => round))
        {
            if (isCancelled())
            {
                throw new OperationCanceledException("the measurement is not wanted any more");
            }

            if (clock.GetElapsedTime(began) >= Budget)
            {
                break;
            }

            times[shape].Add(meter.Measure(shape));
        }

        if (times.Values.Any(rounds => rounds.Count == 0))
        {
            return otherwise;
        }

        // The median, the lower one of an even number: the least would be a stroke of luck on a machine shared with others.
        var medians = times.ToDictionary(pair => pair.Key, pair => pair.Value.Order().ElementAt((pair.Value.Count - 1) / 2));
        return candidates.First(shape => medians[shape] <= medians.Values.Min() * (1 + Tie));
    }
}
