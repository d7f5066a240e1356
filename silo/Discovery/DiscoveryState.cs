using System.Globalization;

namespace P2PMiner.Silo.Discovery;

/// <summary>
/// Two numbers that outlive the process: the highest term claimed, so that none is used twice, and the number of the last boot, so that the next is
/// higher even if the clock was set back. A lost or broken file is no harm while another node lives: its beacons tell the term.
/// </summary>
internal sealed class DiscoveryState(string dataFolder, ILogger log)
{
    public const string FileName = "discovery";

    private const int MaxFileBytes = 256;

    private readonly string _path = Path.Combine(dataFolder, FileName);

    public ulong Term { get; private set; }

    public ulong Boot { get; private set; }

    /// <summary>Reads what the last run left and opens a new boot.</summary>
    public void Begin(long unixMs)
    {
        try
        {
            if (File.Exists(_path))
            {
                Read();
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException or OverflowException)
        {
            log.StateUnreadable(_path, error.Message);
        }

        Boot = Math.Max((ulong)Math.Max(unixMs, 1), Boot + 1);
        Save();
    }

    /// <summary>Called before the first beacon with that term leaves.</summary>
    public void Claimed(ulong term)
    {
        Term = Math.Max(Term, term);
        Save();
    }

    private void Read()
    {
        using var file = File.OpenRead(_path);
        var words = file.Length > MaxFileBytes ? [] : new StreamReader(file).ReadToEnd().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words is not ["term", var term, "boot", var boot])
        {
            throw new FormatException("it does not hold a term and a boot number");
        }

        // Both leave room to count on, whatever the file says.
        Term = Math.Min(ulong.Parse(term, NumberStyles.None, CultureInfo.InvariantCulture), Beacon.MaxTerm);
        Boot = Math.Min(ulong.Parse(boot, NumberStyles.None, CultureInfo.InvariantCulture), long.MaxValue);
    }

    private void Save()
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);

            // Renamed, so that a crash leaves the old or the new; not flushed to disk, because a slow disk must not stop the beacons.
            var temporary = _path + ".new";
            File.WriteAllText(temporary, string.Create(CultureInfo.InvariantCulture, $"term {Term}\nboot {Boot}\n"));
            File.Move(temporary, _path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            log.StateUnwritable(_path, error.Message);
        }
    }
}
