using System.Collections;

namespace P2PMiner.Silo.Tests.Settings;

public sealed class ConfigurationErrorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("{", "FILE: not JSON at line 1")]
    [InlineData("", "FILE: not JSON at line 1")]
    [InlineData("[]", "FILE: not a JSON object")]
    [InlineData("""{ "Pool": { "Pols": [] } }""", "FILE: Key 'Pool:Pols' is not known (did you mean Pool:Pools?)\n")]
    [InlineData("""{ "Pol": {} }""", "FILE: Key 'Pol' is not known (did you mean Pool?)\n")]
    [InlineData("""{ "Pol": { "Retries": 1 } }""", "FILE: Key 'Pol' is not known (did you mean Pool?)\n")]
    [InlineData("""{ "Node": { "Threads": 1 } }""", "FILE: Key 'Node:Threads' is not known (did you mean Hashing:Threads?)\n")]
    [InlineData("""{ "Nonsense": { "Rubbish": 1 } }""", "FILE: Key 'Nonsense' is not known\n")]
    [InlineData("""{ "Pool": [] }""", "FILE: Key 'Pool' is not known\n")]
    [InlineData("""{ "Pool": { "Pools": {} } }""", "FILE: Key 'Pool:Pools' is not known")]
    [InlineData("""{ "Pool": { "Pools": [ [] ] } }""", "FILE: Key 'Pool:Pools:0' is not known")]
    [InlineData("""{ "Pool": { "Pols": 1 } }""", "FILE: Key 'Pool:Pols' is not known")]
    [InlineData("""{ "Pool": { "Pools": [ { "Usr": "a" } ] } }""", "FILE: Key 'Pool:Pools:0:Usr' is not known (did you mean Pool:Pools:0:User?)\n")]
    [InlineData("""{ "Mining": { "Threads": 1 } }""", "FILE: Key 'Mining' is not known")]
    [InlineData("""{ "Mining": null }""", "FILE: Key 'Mining' is not known")]
    [InlineData("""{ "Node": 5 }""", "FILE: Key 'Node' is not known")]
    [InlineData("""{ "Node": { "Port": { "Number": 1 } } }""", "FILE: Key 'Node:Port' is not known")]
    [InlineData("""{ "Node": { "Port": 1, "port": 2 } }""", "FILE: Key 'Node:Port' is given twice")]
    [InlineData("""{ "Node": { "Port": "many" } }""", "Node:Port: 'many' is not a whole number")]
    [InlineData("""{ "Node": { "Port": 0 } }""", "Node:Port: 0 is outside 1 to 65535")]
    [InlineData("""{ "Node": { "GatewayPort": 9999 } }""", "Node:GatewayPort: 9999 is also Node:Port; each needs its own port")]
    [InlineData("""{ "Node": { "Port": 8081 } }""", "Node:GatewayPort: 8080 (from Node:Port 8081) is also Node:HttpPort; each needs its own port")]
    [InlineData("""{ "Membership": { "Port": 9998 } }""", "Membership:Port: 9998 is also Node:GatewayPort (from Node:Port 9999); each needs its own port")]
    [InlineData("""{ "Membership": { "Port": 8080 } }""", "Membership:Port: 8080 is also Node:HttpPort; each needs its own port")]
    [InlineData("""{ "Node": { "GatewayPort": 9997 } }""", "Membership:Port: 9997 (from Node:Port 9999) is also Node:GatewayPort; each needs its own port")]
    [InlineData(
        """{ "Node": { "Port": 1, "GatewayPort": 5 } }""",
        "Membership:Port: -1 (from Node:Port 1) is not a port; set it, or a higher Node:Port")]
    [InlineData(
        """{ "Node": { "Port": 1 }, "Membership": { "Port": 5 } }""",
        "Node:GatewayPort: 0 (from Node:Port 1) is not a port; set it, or a higher Node:Port")]
    [InlineData("""{ "Membership": { "Port": 70000 } }""", "Membership:Port: 70000 is outside 1 to 65535")]
    [InlineData("""{ "Node": { "Mode": "boss" } }""", "Node:Mode: 'boss' is not one of auto, master, worker")]
    [InlineData("""{ "Node": { "Algorithm": "scrypt" } }""", "Node:Algorithm: 'scrypt' is not an algorithm")]
    [InlineData("""{ "Node": { "Bind": "here" } }""", "Node:Bind: 'here' is not an IP address")]
    [InlineData("""{ "Web": { "Bind": "here" } }""", "Web:Bind: 'here' is not an IP address")]
    [InlineData("""{ "Node": { "Mode": "master", "Connect": "a:1" } }""", "Node:Connect: a node in mode master does not join others")]
    [InlineData("""{ "Node": { "Connect": "a:1,b" } }""", "Node:Connect: 'b' is not HOST:PORT with a port of 1 to 65535")]
    [InlineData(
        """{ "Node": { "Mode": "worker", "Connect": "a:9999,b:2" } }""",
        "Node:Connect: 'b:2' has no table port: it would be two below, which is not a port")]
    [InlineData(
        """{ "Node": { "Connect": "a:9999" }, "Discovery": { "Enabled": false } }""",
        "Node:Connect: has no effect while Discovery:Enabled is false")]
    [InlineData(
        """{ "Node": { "Mode": "worker", "Connect": "a:9999" }, "Membership": { "Provider": "postgresql", "ConnectionString": "Host=a" } }""",
        "Node:Connect: a worker calls table ports, and there are none when Membership:Provider is postgresql; name the nodes in Discovery:Seeds")]
    [InlineData("""{ "Hashing": { "HugePages": "perhaps" } }""", "Hashing:HugePages: 'perhaps' is not true or false")]
    [InlineData("""{ "Hashing": { "CpuAffinity": "3-1" } }""", "Hashing:CpuAffinity: ")]
    [InlineData("""{ "Hashing": { "Threads": 99999 } }""", "Hashing:Threads: 99999 is outside 1 to 4096")]
    [InlineData("""{ "Pool": { "RetryPause": "soon" } }""", "Pool:RetryPause: 'soon' is not a time such as 00:01:30")]
    [InlineData("""{ "Pool": { "RetryPause": "02:00:00" } }""", "Pool:RetryPause: 02:00:00 is outside 00:00:00.010 to 00:10:00")]
    [InlineData("""{ "Pool": { "Pools": [ { "User": "a" } ] } }""", "Pool:Pools:0:Url: ")]
    [InlineData("""{ "Pool": { "Pools": [ { "Url": "a:1" } ] } }""", "Pool:Pools:0:User: ")]
    [InlineData("""{ "Pool": { "Pools": [ { "Url": "a:1", "User": "u", "TlsFingerprint": "12" } ] } }""", "Pool:Pools:0:TlsFingerprint: '12' is ")]
    public async Task Run_WrongFile_IsOneLineAndExitCode78(string file, string message)
    {
        var path = _folder.File("settings.json", file);

        var outcome = await InProcess.RunAsync(["--dry-run", "--config", path]);

        Assert.Equal(78, outcome.ExitCode);
        Assert.StartsWith($"configuration: {message.Replace("FILE", path)}", outcome.Error);
        Assert.Equal(1, outcome.Error.Count(letter => letter == '\n'));
    }

    [Fact]
    public async Task Run_MissingFile_IsExitCode78()
    {
        var outcome = await InProcess.RunAsync(["--dry-run", "--config", Path.Combine(_folder.Path, "none.json")]);

        Assert.Equal(78, outcome.ExitCode);
        Assert.Contains("none.json: cannot be read", outcome.Error);
    }

    [Theory]
    [InlineData("P2P_NODE__PRT", "environment variable P2P_NODE__PRT: Key 'NODE:PRT' is not known (did you mean P2P_NODE__PORT?)")]
    [InlineData("P2P_POOL__POOLS__0__PASWORD", "environment variable P2P_POOL__POOLS__0__PASWORD: Key 'POOL:POOLS:0:PASWORD' is not known")]
    [InlineData("P2P_POOL__POOLS__0__USR", "environment variable P2P_POOL__POOLS__0__USR: Key 'POOL:POOLS:0:USR' is not known (did you mean P2P_POOL__POOLS__0__USER?)")]
    [InlineData("P2P_THREADS", "environment variable P2P_THREADS: Key 'THREADS' is not known (did you mean P2P_HASHING__THREADS?)")]
    public async Task Run_UnknownVariable_IsExitCode78(string name, string message)
    {
        var outcome = await InProcess.RunAsync(["--dry-run"], new Hashtable { [name] = "1" });

        Assert.Equal((78, $"configuration: {message}\n"), (outcome.ExitCode, outcome.Error));
    }

    [Fact]
    public async Task Run_VariableOfAnother_IsIgnored()
        => Assert.Equal(0, (await InProcess.RunAsync(["--dry-run"], new Hashtable { ["P2PH_FORCE_KERNEL"] = "portable" })).ExitCode);
}
