namespace P2PMiner.Silo.MachineTuning;

/// <summary>All that tuning does to a machine goes through here.</summary>
internal interface IMachine
{
    /// <summary>Of the file tree that is read; "/" outside tests.</summary>
    string Root { get; }

    IMsrDevice Registers { get; }

    /// <summary>Writes a line to a file of the kernel in one call, as the kernel wants it. The file must be there.</summary>
    /// <exception cref="IOException">The kernel does not take it, or there is no such file.</exception>
    /// <exception cref="UnauthorizedAccessException">Not as root, or the kernel does not allow it.</exception>
    void WriteFile(string path, string line);

    /// <summary>Asks for the kernel's module msr. Whether it came shows in <see cref="IMsrDevice.Cpus"/>.</summary>
    void LoadMsrModule();
}
