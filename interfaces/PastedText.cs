using System.Globalization;

namespace P2PMiner;

/// <summary>Text that the owner typed or pasted: on a command line, in the environment, in a file, at the console.</summary>
public static class PastedText
{
    /// <summary>What a message says about a text for which <see cref="IsLegible"/> or <see cref="IsPassword"/> is false.</summary>
    public const string Problem = "has control or invisible characters";

    /// <summary>
    /// Without the line ends, spaces and invisible marks that copying adds at both ends. For everything except passwords.
    /// </summary>
    public static string Trim(string text)
    {
        var (start, end) = (0, text.Length);
        while (start < end && IsBlank(text[start]))
        {
            start++;
        }

        while (end > start && IsBlank(text[end - 1]))
        {
            end--;
        }

        return text[start..end];
    }

    /// <summary>A password may end with a space; the line ends after it come from the file or command that it was read from.</summary>
    public static string TrimPassword(string text) => text.TrimEnd('\r', '\n');

    /// <summary>False: a person cannot see all of it, so two texts that look the same may differ.</summary>
    public static bool IsLegible(string text) => !text.Any(letter => IsInvisible(letter) || char.IsControl(letter));

    /// <summary>A password may contain everything that can be typed, but no control characters.</summary>
    public static bool IsPassword(string text) => !text.Any(char.IsControl);

    /// <summary>A certificate's fingerprint without the colons that other programs show in it, in small letters.</summary>
    public static string Fingerprint(string text) => text.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant();

    private static bool IsBlank(char letter) => char.IsWhiteSpace(letter) || IsInvisible(letter);

    private static bool IsInvisible(char letter)
        => char.GetUnicodeCategory(letter) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
