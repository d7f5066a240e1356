namespace P2PMiner.Pools.Connections;

/// <summary>The pool broke its protocol: drop the connection and back off. The message quotes what was wrong, in short.</summary>
public class PoolProtocolException(string message) : Exception(message);

/// <summary>The pool answered and refused us: wrong user, banned. Trying again at once would not help.</summary>
public sealed class PoolLoginException(string message) : PoolProtocolException(message);
