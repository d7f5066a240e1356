using System.Collections;
using P2PMiner.Security;
using P2PMiner.TestKit;

namespace P2PMiner.Silo.Tests.Client;

/// <summary>The real program in this process, with beacons on loopback and without a pool, so that nothing hashes.</summary>
internal sealed class ProgramNode : IAsyncDisposable
{
    private readonly TemporaryFolder _data;
    private readonly string[] _arguments;
    private readonly CancellationTokenSource _stop = new();
    private Task<int> _running = Task.FromResult(0);

    public ProgramNode(ClusterKey key, int beacons)
    {
        _data = FolderWith(key);
        Keys = new(_data.Path, TimeProvider.System);
        GatewayPort = FreePorts.Take();
        // A busy machine must not look like a lost node.
        var settings = $$"""
            { "Membership": { "Port": {{FreePorts.Take()}} }, "Discovery": { "Port": {{beacons}}, "Timeout": "00:00:20" }, "Output": { "LogLevel": "Trace" } }
            """;
        _arguments =
        [
            "--data", Folder, "--config", _data.File("settings.json", settings), "--bind", "127.0.0.1", "--http-port", "0",
            "--port", $"{FreePorts.Take()}", "--gateway-port", $"{GatewayPort}",
        ];
    }

    public string Folder => _data.Path;

    public ClusterKeyFile Keys { get; }

    public int GatewayPort { get; }

    public LineWriter Log { get; } = new();

    public bool HasEnded => _running.IsCompleted;

    public string LastLines => string.Join('\n', Log.Text.TrimEnd().Split('\n').TakeLast(15));

    public string Id => File.ReadAllText(Path.Combine(Folder, "node-id")).Trim();

    public void Start(CancellationToken deadline)
    {
        deadline.Register(_stop.Cancel);
        _running = Program.RunAsync(_arguments, InProcess.Io(Log, Log, new Hashtable()), _stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _data.Dispose();
    }

    internal static TemporaryFolder FolderWith(ClusterKey key)
    {
        var folder = new TemporaryFolder();
        new ClusterKeyFile(folder.Path, TimeProvider.System).Create(key);
        return folder;
    }
}
