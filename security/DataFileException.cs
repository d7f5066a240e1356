namespace P2PMiner.Security;

/// <summary>
/// The data folder or a file of it cannot be used. The message names it, says why, and says what to do if something can be done.
/// </summary>
internal sealed class DataFileException(string message) : IOException(message);
