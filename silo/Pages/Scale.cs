namespace P2PMiner.Silo.Pages;

/// <summary>An axis from 0 to a round number, with two to five steps that people can read.</summary>
internal readonly record struct Scale(double Step, int Steps)
{
    private const int MostSteps = 5;

    public double Top => Step * Steps;

    /// <param name="highest">What has to fit; 0 or more.</param>
    public static Scale For(double highest)
    {
        if (!(highest > 0) || !double.IsFinite(highest))
        {
            return new(1, 2);
        }

        var power = Math.Pow(10, Math.Floor(Math.Log10(highest / MostSteps)));
        foreach (var factor in new[] { 1, 2, 2.5, 5, 10, 20 })
        {
            var step = factor * power;
            if (highest <= step * MostSteps)
            {
                return new(step, Math.Max(2, (int)Math.Ceiling(highest / step)));
            }
        }

        throw new ArgumentOutOfRangeException(nameof(highest), highest, "not a number with a logarithm");
    }
}
