namespace P2PMiner.Native;

/// <summary>Tries every number of lanes that there is room for, in rounds, so that a busy moment of the machine hits each of them alike.</summary>
internal sealed class LaneTuner(ILaneMeter meter, TimeProvider clock)
{
    /// <summary>A measurement in progress at its end goes on, and slow machines take a second for one: with a margin below 20 s.</summary>
    public static readonly TimeSpan Budget = TimeSpan.FromSeconds(12);

    private const int Rounds = 5;

    /// <param name="most">The most lanes to try for each variant.</param>
    /// <param name="progress">Told 0..1.</param>
    /// <exception cref="OperationCanceledException"><paramref name="isCancelled"/> said so.</exception>
    public LaneTimes Run(LaneDepths most, Func<bool> isCancelled, Action<double> progress)
    {
        var times = new LaneTimes();
        var began = clock.GetTimestamp();

        // The scratchpads are touched for the first time.
        for (var variant = 0; variant < LaneDepths.Variants; variant++)
        {
            meter.Measure(variant, most[variant]);
        }

        var tries = Enumerable.Range(0, LaneDepths.Variants).Sum(variant => most[variant]) * Rounds;
        var done = 0;
        for (var round = 0; round < Rounds; round++)
        {
            for (var variant = 0; variant < LaneDepths.Variants; variant++)
            {
                for (var lanes = 1; lanes <= most[variant]; lanes++)
                {
                    if (isCancelled())
                    {
                        throw new OperationCanceledException("the measurement is not wanted any more");
                    }

                    var elapsed = clock.GetElapsedTime(began);
                    if (elapsed >= Budget)
                    {
                        return times;
                    }

                    times.Add(variant, lanes, meter.Measure(variant, lanes));
                    progress(Math.Max((double)++done / tries, elapsed / Budget));
                }
            }
        }

        return times;
    }
}
