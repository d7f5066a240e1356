namespace P2PMiner;

/// <summary>
/// An argument or an answer of a grain call is not allowed by this contract: the sender is broken or malicious. It was not used for
/// anything.
/// </summary>
[GenerateSerializer, Alias("p2p.WireValueException")]
public sealed class WireValueException(string message) : OrleansException(message);
