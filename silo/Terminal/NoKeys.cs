namespace P2PMiner.Silo.Terminal;

/// <summary>Standard input is no terminal.</summary>
internal sealed class NoKeys : IKeyInput
{
    public char? Read() => null;
}
