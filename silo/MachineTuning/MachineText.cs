using System.Globalization;

namespace P2PMiner.Silo.MachineTuning;

/// <summary>Reads the small text files in which Linux tells about itself. What cannot be read is missing, never an error: every machine lacks some.</summary>
internal static class MachineText
{
    /// <summary>Where a path of the machine lies below <paramref name="root"/>.</summary>
    /// <param name="root">Of the file tree; "/" outside tests.</param>
    /// <param name="path">As it is on the machine, such as /proc/meminfo.</param>
    public static string Place(string root, string path) => Path.Combine(root, path.TrimStart('/'));

    /// <returns>The text without the white space around it; null: no such file, or not for this user.</returns>
    public static string? Read(string root, string path)
    {
        try
        {
            return Place(root, path) is var place && File.Exists(place) ? File.ReadAllText(place).Trim() : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static string[] Lines(string root, string path) => Read(root, path)?.Split('\n') ?? [];

    /// <returns>Null: no such file, or no number in it.</returns>
    public static long? Number(string root, string path)
        => long.TryParse(Read(root, path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The one in brackets of "always [madvise] never". Empty: there is none.</summary>
    public static string Chosen(string? text)
    {
        var begin = text?.IndexOf('[', StringComparison.Ordinal) ?? -1;
        var end = text?.IndexOf(']', StringComparison.Ordinal) ?? -1;
        return begin >= 0 && end > begin ? text![(begin + 1)..end] : "";
    }

    /// <summary>Folders that have a number after their prefix, such as node0 and node1, by that number.</summary>
    public static IReadOnlyList<(int Number, string Path)> Numbered(string root, string folder, string prefix)
    {
        var place = Place(root, folder);
        try
        {
            return Directory.Exists(place)
                ? [.. from found in Directory.EnumerateDirectories(place, prefix + "*")
                      let name = Path.GetFileName(found)
                      where int.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out _)
                      let number = int.Parse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture)
                      orderby number
                      select (number, $"{folder}/{name}")]
                : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
