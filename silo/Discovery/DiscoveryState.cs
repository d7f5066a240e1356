using System.Globalization;
using System.Text;
using P2PMiner.Security;

namespace P2PMiner.Silo.Discovery;

/// <summary>
/// Two numbers that outlive the process: the highest term followed or claimed, so that none is used twice and a leap above it is known for
/// one, and the number of the last boot, so that the next is higher even if the clock was set back. The term is that of one cluster: under
/// another key it counts from 0 again. A lost or broken file is no harm while another node lives: its beacons tell the term.
/// </summary>
/// <param name="clusterId">Of this moment: a rotation changes it.</param>
internal sealed class DiscoveryState(string dataFolder, Func<UInt128> clusterId, ILogger log)
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
            Read(unixMs);
        }
        catch (Exception error) when (error is DataFileException or FormatException or OverflowException)
        {
            log.StateUnreadable(_store.PathOf(FileName), error.Message);
        }

        Boot = Math.Max((ulong)Math.Max(unixMs, 1), Boot + 1);
        Save();
    }

    /// <summary>Called before the first beacon with that term leaves.</summary>
    public void Reached(ulong term)
    {
        if (term > Term)
        {
            Term = term;
            Save();
        }
    }

    private void Read(long unixMs)
    {
        if (_store.Read(FileName, MaxFileBytes) is not { } content)
        {
            return;
        }

        var words = Encoding.ASCII.GetString(content).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words is not ["term", var term, "boot", var boot, "cluster", var cluster])
        {
            throw new FormatException("it does not hold a term, a boot number and a cluster");
        }

        var (readTerm, readBoot) = (
            ulong.Parse(term, NumberStyles.None, CultureInfo.InvariantCulture), ulong.Parse(boot, NumberStyles.None, CultureInfo.InvariantCulture));
        if (readTerm >= Beacon.MaxTerm)
        {
            throw new FormatException("its term leaves no room to count further");
        }

        Term = cluster == Cluster ? readTerm : 0;

        // Others refuse a boot further ahead of the clock.
        Boot = (Int128)readBoot - unixMs < (long)ReplayGuard.BootAhead.TotalMilliseconds ? readBoot : 0;
    }

    private string Cluster => clusterId().ToString("x32", CultureInfo.InvariantCulture);

    private void Save()
    {
        try
        {
            // Not flushed to disk, because a slow disk must not stop the beacons.
            var text = string.Create(CultureInfo.InvariantCulture, $"term {Term}\nboot {Boot}\ncluster {Cluster}\n");
            _store.Replace(FileName, Encoding.ASCII.GetBytes(text), flush: false);
        }
        catch (DataFileException error)
        {
            log.StateUnwritable(_store.PathOf(FileName), error.Message);
        }
    }
}
