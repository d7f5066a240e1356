namespace P2PMiner;

/// <summary>
/// A value that travels between nodes and can tell whether it is one. Deserialising asks no constructor: whatever a type promises, a reference may be null, an
/// array default, a number out of range. <see cref="WireGate"/> asks for what each grain call brings, so that the code behind it may trust what it gets.
/// </summary>
public interface IWireValue
{
    /// <summary>What is wrong, in a few words that quote no text of the value, which may be secret; null: nothing. Looks at each member before it uses it.</summary>
    string? FindFault();
}
