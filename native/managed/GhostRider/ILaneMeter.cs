namespace P2PMiner.Native;

/// <summary>Measures CryptoNight on this machine with all threads at work.</summary>
internal interface ILaneMeter
{
    /// <summary>Nanoseconds that one hash takes a thread while all threads run the same variant with as many lanes.</summary>
    /// <exception cref="HashEngineException">No memory, or the library failed.</exception>
    double Measure(int variant, int lanes);
}
