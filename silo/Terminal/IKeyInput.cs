namespace P2PMiner.Silo.Terminal;

/// <summary>Reads single keys that a person presses.</summary>
internal interface IKeyInput
{
    /// <summary>The next key that was pressed, or null when there is none now. Never waits.</summary>
    /// <exception cref="IOException">The terminal is gone.</exception>
    char? Read();
}
