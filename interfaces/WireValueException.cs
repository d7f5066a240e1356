namespace P2PMiner;

/// <summary>An argument or an answer of a grain call is nothing that this contract allows: the sender is broken or means harm. Nothing was done with it.</summary>
[GenerateSerializer, Alias("p2p.WireValueException")]
public sealed class WireValueException(string message) : OrleansException(message);
