namespace P2PMiner.Silo.MachineTuning;

/// <summary>Model-specific registers of the logical CPUs.</summary>
internal interface IMsrDevice
{
    /// <summary>Numbers of the CPUs whose registers can be reached; those that are offline have none. Empty: the module msr is not loaded.</summary>
    IReadOnlyList<int> Cpus { get; }

    /// <exception cref="IOException">The CPU has no such register (EIO), or is not there.</exception>
    /// <exception cref="UnauthorizedAccessException">Not as root, or the kernel does not allow it (EPERM).</exception>
    ulong Read(int cpu, uint register);

    /// <inheritdoc cref="Read"/>
    void Write(int cpu, uint register, ulong value);
}
