namespace P2PMiner.Silo.Output;

/// <summary>Standard input is no terminal.</summary>
internal sealed class NoKeys : IKeyInput
{
    public char? Read() => null;
}
