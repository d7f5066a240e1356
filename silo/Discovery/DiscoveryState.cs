using System.Globalization;
using System.Text;
using P2PMiner.Silo.Security;

namespace P2PMiner.Silo.Discovery;

/// <summary>
/// Two numbers that outlive the process: the highest term claimed, so that none is used twice, and the number of the last boot, so that the next is
/// higher even if the clock was set back. A lost or broken file is no harm while another node lives: its beacons tell the term.
/// </summary>
internal sealed class DiscoveryState(string dataFolder, ILogger log)
{
    public const string FileName = "discovery";

    private const int MaxFileBytes = 256;

    private readonly DataStore _store = new(dataFolder);

    public ulong Term { get; private set; }

    public ulong Boot { get; private set; }

    /// <summary>Reads what the last run left and opens a new boot.</summary>
    public void Begin(long unixMs)
    {
        try
        {
            Read();
        }
        catch (Exception error) when (error is DataFileException or FormatException or OverflowException)
        {
            log.StateUnreadable(_store.PathOf(FileName), error.Message);
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
        if (_store.Read(FileName, MaxFileBytes) is not { } content)
        {
            return;
        }

        var words = Encoding.ASCII.GetString(content).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
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
            // Not flushed to disk, because a slow disk must not stop the beacons.
            var text = string.Create(CultureInfo.InvariantCulture, $"term {Term}\nboot {Boot}\n");
            _store.Replace(FileName, Encoding.ASCII.GetBytes(text), flush: false);
        }
        catch (DataFileException error)
        {
            log.StateUnwritable(_store.PathOf(FileName), error.Message);
        }
    }
}
