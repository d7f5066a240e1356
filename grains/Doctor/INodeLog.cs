using P2PMiner.Doctor;

namespace P2PMiner.Grains.Doctor;

/// <summary>What the program of this process has logged. Outlives the silo. Any thread.</summary>
internal interface INodeLog
{
    /// <summary>See <see cref="INodeLogGrain.ReadAsync"/>.</summary>
    NodeLog Read();
}
