namespace P2PMiner.Silo.Tests.Compat;

/// <summary>Messages of one kind, in a file of tests/vectors/compat.</summary>
internal interface ICompatFile
{
    string FileName { get; }

    /// <summary>As this version writes them. The same at every run.</summary>
    IEnumerable<CompatMessage> Make();

    /// <summary>A recorded one, read as a node of this version would read it, with all checks.</summary>
    object Read(CompatMessage message);
}
