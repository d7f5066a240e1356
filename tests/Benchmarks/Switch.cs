namespace P2PMiner.Benchmarks;

/// <summary>One change of job at an engine, in ticks of the machine's monotonic clock, which all its processes share.</summary>
/// <param name="Told">The engine was told to end the slices of the former job.</param>
/// <param name="Ended">The last of them had ended, and those of the new job had come.</param>
internal readonly record struct Switch(long Told, long Ended);
