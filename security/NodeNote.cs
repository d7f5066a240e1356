using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace P2PMiner.Security;

/// <summary>
/// What a running node leaves in its data folder, for its owner and root: which process it is, and where it listens. So other programs of the machine find
/// it without being told its ports. It is a hint: whoever reads it still has to reach the node, and needs its cluster key.
/// </summary>
internal sealed record NodeNote
{
    public const string FileName = "running.json";

    private const int MaxBytes = 4096;

    public required int Process { get; init; }

    /// <summary>When the process started, in clock ticks since the machine's start as /proc has it: a number may be given again, both together not.</summary>
    public required long Started { get; init; }

    /// <summary>Of the program, without a commit.</summary>
    public required string Version { get; init; }

    /// <summary>Where it listens; 0.0.0.0 or :: for every network.</summary>
    public required string Address { get; init; }

    /// <summary>Between nodes.</summary>
    public required int Port { get; init; }

    /// <summary>For the console.</summary>
    public required int GatewayPort { get; init; }

    /// <summary>For the table of nodes; 0: it has none.</summary>
    public required int TablePort { get; init; }

    /// <summary>For the web page; 0: one that was free.</summary>
    public required int HttpPort { get; init; }

    /// <summary>Where a program of this machine reaches it.</summary>
    [JsonIgnore]
    public IPEndPoint Gateway
    {
        get
        {
            var address = IPAddress.Parse(Address);
            // One that listens at :: listens to IPv4 too.
            return new(address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? IPAddress.Loopback : address, GatewayPort);
        }
    }

    /// <param name="ports">Between nodes, for the console, for the table, for the web page.</param>
    public static NodeNote OfThisProcess(string version, string address, (int Silo, int Gateway, int Table, int Http) ports) => new()
    {
        Process = Environment.ProcessId,
        Started = StartOf(Environment.ProcessId, "/") ?? 0,
        Version = version,
        Address = address,
        Port = ports.Silo,
        GatewayPort = ports.Gateway,
        TablePort = ports.Table,
        HttpPort = ports.Http,
    };

    /// <exception cref="DataFileException">It cannot be written.</exception>
    public void Write(DataStore store) => store.Replace(FileName, JsonSerializer.SerializeToUtf8Bytes(this, NodeNoteJson.Default.NodeNote), flush: false);

    /// <exception cref="DataFileException">It cannot be removed.</exception>
    public static void Remove(DataStore store)
    {
        // A folder that somebody has deleted meanwhile is not made again for this.
        if (Directory.Exists(store.Folder))
        {
            store.Remove(FileName);
        }
    }

    /// <param name="root">Where /proc lies; "/" outside tests.</param>
    /// <returns>Null: no node runs with this folder, its note cannot be read, or it is of a version that leaves none.</returns>
    public static NodeNote? ReadLiving(string folder, string root = "/")
    {
        try
        {
            return new DataStore(folder).Read(FileName, MaxBytes) is { } content
                && JsonSerializer.Deserialize(content, NodeNoteJson.Default.NodeNote) is { } note
                && note.IsValid() && StartOf(note.Process, root) == note.Started ? note : null;
        }
        catch (Exception error) when (error is DataFileException or JsonException)
        {
            return null;
        }
    }

    private static bool IsPort(int number) => number is >= 1 and <= 65_535;

    private bool IsValid()
        => Version is not null && IPAddress.TryParse(Address, out _) && IsPort(Port) && IsPort(GatewayPort)
            && (TablePort == 0 || IsPort(TablePort)) && (HttpPort == 0 || IsPort(HttpPort));

    /// <summary>Null: there is no such process, or it is hidden.</summary>
    private static long? StartOf(int process, string root)
    {
        try
        {
            // Its name, the second field, may hold blanks and parentheses. The twentieth after it: proc(5), starttime.
            var stat = File.ReadAllText(Path.Combine(root, "proc", process.ToString(CultureInfo.InvariantCulture), "stat"));
            var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return fields.Length > 19 && long.TryParse(fields[19], NumberStyles.None, CultureInfo.InvariantCulture, out var started) ? started : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
