namespace P2PMiner;

/// <summary>
/// A value that travels between nodes and can check itself. Deserialising runs no constructor: whatever a type promises, a reference may be
/// null, an array default, a number out of range. <see cref="WireGate"/> checks all that a grain call brings, so that the code behind it
/// can trust what it gets.
/// </summary>
public interface IWireValue
{
    /// <summary>
    /// What is wrong, in a few words that quote no text of the value, which may be secret; null: nothing. Checks each member before it uses
    /// it.
    /// </summary>
    string? FindFault();
}
