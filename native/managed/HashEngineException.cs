namespace P2PMiner.Native;

/// <summary>The native library failed, or cannot do what it was asked on this machine.</summary>
public class HashEngineException(string message) : Exception(message);
