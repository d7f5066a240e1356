using System.Globalization;

namespace P2PMiner.Security;

/// <summary>A node that runs on this machine, as other processes see it.</summary>
/// <param name="Number">Of its process.</param>
/// <param name="DataFolder">Null: it is not for this user to see, so the process may also be one of this program that is no node.</param>
internal sealed record NodeProcess(int Number, string? DataFolder)
{
    private const string ProgramName = "p2p-miner";

    /// <summary>
    /// Those there are now, this process left out. A node is known by the lock of its data folder, which it holds open, and by its note there.
    /// </summary>
    /// <param name="root">Where /proc lies; "/" outside tests.</param>
    public static IReadOnlyList<NodeProcess> Find(string root = "/")
    {
        var proc = Path.Combine(root, "proc");
        try
        {
            return !Directory.Exists(proc) ? []
                : [.. Directory.EnumerateDirectories(proc)
                    .Select(folder => (folder, number: NumberOf(folder)))
                    .Where(process => process.number > 0 && process.number != Environment.ProcessId && NameOf(process.folder) == ProgramName)
                    .OrderBy(process => process.number)
                    .SelectMany(process => Of(process.number, process.folder, root))];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static IEnumerable<NodeProcess> Of(int number, string folder, string root)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(Path.Combine(folder, "fd"))
                .Select(file => new FileInfo(file).LinkTarget)
                .Where(file => file is not null && Path.IsPathRooted(file) && Path.GetFileName(file) == DataStore.LockName)
                .Select(file => Path.GetDirectoryName(file)!)
                .Where(data => NodeNote.ReadLiving(data, root)?.Process == number)
                .Select(data => new NodeProcess(number, data))
                .Take(1).ToList();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It has just ended, or is another user's.
            return Directory.Exists(folder) ? [new(number, null)] : [];
        }
    }

    /// <summary>0: no process.</summary>
    private static int NumberOf(string folder)
        => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string? NameOf(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "comm")).TrimEnd('\n');
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
