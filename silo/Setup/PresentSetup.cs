namespace P2PMiner.Silo.Setup;

/// <summary>How things stand before a setup.</summary>
/// <param name="Own">What the file to be written holds; empty: there is none.</param>
/// <param name="InEffect">The settings of all files that a start reads, that one with them.</param>
internal sealed record PresentSetup(IReadOnlyDictionary<string, string> Own, IReadOnlyDictionary<string, string> InEffect);
