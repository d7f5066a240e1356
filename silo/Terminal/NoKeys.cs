namespace P2PMiner.Silo.Terminal;

/// <summary>Standard input is not a terminal.</summary>
internal sealed class NoKeys : IKeyInput
{
    public char? Read() => null;
}
