namespace P2PMiner.Native;

/// <summary>The file in which measurements of one kind are kept. Who may own, read and link to it is for the owner of the data folder to decide.</summary>
public interface IMeasurementStore
{
    /// <summary>For log lines.</summary>
    string Path { get; }

    /// <returns>Null: nothing is kept.</returns>
    /// <exception cref="IOException">There is something that cannot be read, or must not.</exception>
    byte[]? Read();

    /// <summary>Puts <paramref name="content"/> in the place of what is kept, as a whole or not at all.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    void Write(byte[] content);

    /// <summary>Renames the file, so that it can be looked at.</summary>
    /// <returns>Its new path; null: there is none.</returns>
    /// <exception cref="IOException">It cannot be renamed.</exception>
    string? SetAside();
}
