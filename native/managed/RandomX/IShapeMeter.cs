namespace P2PMiner.Native;

/// <summary>Measures how long a RandomX hash takes with a shape.</summary>
internal interface IShapeMeter
{
    /// <returns>Nanoseconds of one thread for a hash, while all threads hash.</returns>
    double Measure(RandomXShape shape);
}
