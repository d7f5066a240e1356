namespace P2PMiner.Silo.Sensors;

/// <summary>What the sensors of this machine told last, for whoever shows it: the sampler of the history reads them. Any thread.</summary>
internal sealed class LatestReadings
{
    private double _celsius = double.NaN;
    private double _watts = double.NaN;

    /// <summary>Null: it cannot be read, or was not yet.</summary>
    public double? Celsius
    {
        get => Volatile.Read(ref _celsius) is var known && double.IsNaN(known) ? null : known;
        set => Volatile.Write(ref _celsius, value ?? double.NaN);
    }

    /// <inheritdoc cref="Celsius"/>
    public double? Watts
    {
        get => Volatile.Read(ref _watts) is var known && double.IsNaN(known) ? null : known;
        set => Volatile.Write(ref _watts, value ?? double.NaN);
    }
}
