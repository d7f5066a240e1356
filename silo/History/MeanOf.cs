namespace P2PMiner.Silo.History;

/// <summary>Mean of what was seen since it was last taken. One caller at a time.</summary>
internal sealed class MeanOf
{
    private double _sum;
    private int _count;

    /// <param name="value">Null: it is not known, and does not count.</param>
    public void Add(double? value)
    {
        if (value is { } known && double.IsFinite(known))
        {
            _sum += known;
            _count++;
        }
    }

    /// <returns>Null: nothing was seen.</returns>
    public double? Take()
    {
        double? mean = _count == 0 ? null : _sum / _count;
        (_sum, _count) = (0, 0);
        return mean;
    }
}
