using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace P2PMiner;

/// <summary>
/// Text that others wrote (pools, other nodes, proxies, files), made fit for a log, a terminal, a page or JSON. Called where the text comes
/// in, so that code behind that point need not think of it.
/// </summary>
public static class OutsideText
{
    /// <summary>Longest text that <see cref="Clean"/> gives unless told otherwise.</summary>
    public const int UsualMaxChars = 160;

    /// <summary>For a text that a person needs in full, such as why something failed.</summary>
    public const int LongMaxChars = 500;

    private const char Replacement = '?';

    /// <summary>
    /// One line of at most <paramref name="maxChars"/> UTF-16 units, "…" at the end of what was longer. Every character that controls a
    /// terminal or reorders what a person reads becomes '?', one for each unit: control, format (with the bidirectional ones) and private
    /// characters, line and paragraph separators, surrogates. Null stays null.
    /// </summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Clean(string? text, int maxChars = UsualMaxChars)
    {
        if (text is null)
        {
            return null;
        }

        var cut = text.Length <= maxChars ? text : string.Concat(text.AsSpan(0, maxChars - 1), "…");
        return cut.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0 ? cut : string.Create(cut.Length, cut, static (line, source) =>
        {
            for (var i = 0; i < line.Length; i++)
            {
                line[i] = IsHarmless(source[i]) ? source[i] : Replacement;
            }
        });
    }

    /// <summary>Each text of a list, for members of values that travel: the list itself may be missing, whatever its type says.</summary>
    [return: NotNullIfNotNull(nameof(texts))]
    public static IReadOnlyList<string>? CleanAll(IReadOnlyList<string>? texts)
        => texts?.All(IsClean) != false ? texts : [.. texts.Select(text => Clean(text))];

    /// <inheritdoc cref="CleanAll(IReadOnlyList{string})"/>
    public static ImmutableArray<string> CleanAll(ImmutableArray<string> texts)
        => texts.IsDefault || texts.All(IsClean) ? texts : [.. texts.Select(text => Clean(text))];

    private static bool IsClean(string? text) => text is null || (text.Length <= UsualMaxChars && text.All(IsHarmless));

    /// <summary>False for characters that <see cref="Clean"/> replaces.</summary>
    public static bool IsHarmless(char letter) => char.GetUnicodeCategory(letter) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned);
}
