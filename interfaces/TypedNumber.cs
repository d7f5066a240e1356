using System.Globalization;

namespace P2PMiner;

/// <summary>A whole number as a person typed it, at the console or in a form.</summary>
public static class TypedNumber
{
    /// <summary>
    /// One from 1 to <paramref name="most"/>. The message of the exception begins with <paramref name="name"/>, by which the person knows it, and repeats
    /// <paramref name="text"/>.
    /// </summary>
    /// <exception cref="FormatException">It is none of these; the message is the one line to show.</exception>
    public static int Read(string name, string text, int most)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most ? number
            : throw new FormatException($"{name}: '{text}' is not a number from 1 to {most}");
}
