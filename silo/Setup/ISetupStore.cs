namespace P2PMiner.Silo.Setup;

/// <summary>The folder with the file that setup writes. Each call is done whole or not at all, and is durable when it returns.</summary>
internal interface ISetupStore
{
    string PathOf(string name);

    /// <returns>Null: there is no such file.</returns>
    /// <exception cref="IOException">It cannot be read, or others could have written it. The same holds for the calls below.</exception>
    byte[]? Read(string name);

    /// <summary>Who may access the file; null: there is no such file.</summary>
    UnixFileMode? ModeOf(string name);

    void SetMode(string name, UnixFileMode mode);

    /// <summary>Writes a file in place of the old one, if any.</summary>
    /// <param name="isSecret">False: those may read it who mine by it.</param>
    void Write(string name, byte[] content, bool isSecret);

    /// <summary>Does nothing where there is no such file.</summary>
    void Remove(string name);
}
