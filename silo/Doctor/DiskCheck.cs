using P2PMiner.Doctor;

namespace P2PMiner.Silo.Doctor;

/// <summary>Room on the disks of the data folder and of the log.</summary>
internal static class DiskCheck
{
    public const string Name = "disk";

    /// <summary>Keys and the membership table take less than a megabyte, the history some; a full disk still loses them at the next change.</summary>
    public const long LeastBytes = 100L << 20;

    private const long LittleBytes = 1L << 30;

    /// <param name="folders">What each is for, its path, and the bytes free to this user; null: it cannot be read.</param>
    public static IEnumerable<Finding> Examine(IEnumerable<(string What, string Path, long? FreeBytes)> folders)
    {
        foreach (var (what, path, free) in folders)
        {
            yield return free is not { } bytes ? Found.Note(Name, $"How much room there is for the {what} in {path} could not be read.")
                : bytes < LeastBytes ? Found.Safety(Name, $"{Examination.Size(bytes)} are free for the {what} in {path}: free some space on that disk.",
                    gain: "keys and settings can be stored")
                : bytes < LittleBytes ? Found.Note(Name, $"{Examination.Size(bytes)} are free for the {what} in {path}.")
                : Found.Ok(Name, $"{Examination.Size(bytes)} are free for the {what} in {path}.");
        }
    }

    /// <summary>The data folder and the folder of the log file, as far as there are any.</summary>
    public static IEnumerable<(string What, string Path, long? FreeBytes)> Read(Examination given)
    {
        if (given.DataFolder is { } data)
        {
            yield return ("data folder", data, FreeBytes(data));
        }

        if (given.Output.LogFile is { Length: > 0 } log)
        {
            yield return ("log", log, FreeBytes(Path.GetDirectoryName(Path.GetFullPath(log))));
        }
    }

    private static long? FreeBytes(string? path)
    {
        try
        {
            while (path is not null && !Directory.Exists(path))
            {
                path = Path.GetDirectoryName(path);    // it is made at the first start
            }

            return path is null ? null : new DriveInfo(path).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
