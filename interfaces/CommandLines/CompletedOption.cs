namespace P2PMiner.CommandLines;

/// <summary>An option as a shell completes it.</summary>
/// <param name="Names">-a and --algo.</param>
/// <param name="Kind">Of its value.</param>
/// <param name="Words">For <see cref="ValueKind.Words"/>: what its value may be. For others of its kind: what is worth a proposal.</param>
/// <param name="MayBeLeftOut">The value, as in --nicehash for --nicehash true.</param>
public sealed record CompletedOption(IReadOnlyList<string> Names, ValueKind Kind, IReadOnlyList<string> Words, bool MayBeLeftOut = false);
