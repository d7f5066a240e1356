namespace P2PMiner.Native;

/// <summary>A known answer came out wrong, or the native library is not the one this program was built with: this node must not mine.</summary>
public sealed class HashSelfTestException(string message) : HashEngineException(message);
