namespace P2PMiner.Silo.Tests.MachineTuning;

/// <summary>Stands for kill -9: nothing catches it.</summary>
internal sealed class KilledException() : Exception("killed");
