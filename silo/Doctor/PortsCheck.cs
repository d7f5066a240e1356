using System.Globalization;
using P2PMiner.Doctor;

namespace P2PMiner.Silo.Doctor;

/// <summary>The node's own ports: open if it runs, free if it does not.</summary>
internal static class PortsCheck
{
    public const string Name = "ports";

    /// <param name="listening">Null: they cannot be read.</param>
    public static IEnumerable<Finding> Examine(Examination given, IReadOnlySet<int>? listening)
    {
        var ports = Ports(given).ToList();
        if (listening is null)
        {
            yield return Found.Note(Name, "Which ports are open could not be read from /proc/net/tcp.");
            yield break;
        }

        var wrong = ports.Where(port => listening.Contains(port.Number) != given.IsRunning).ToList();
        foreach (var (number, what) in wrong)
        {
            var text = number.ToString(CultureInfo.InvariantCulture);
            yield return given.IsRunning
                ? Found.Note(Name, $"The node runs, and its TCP port {text} ({what}) is not open: it is starting, or its settings have changed since.")
                : Found.Speed(Name, $"TCP port {text} ({what}) is taken by another program, so the node would not start; with --port it takes others.",
                    $"sudo ss -ltnp 'sport = :{text}'",
                    "the program that has it");
        }

        if (wrong.Count == 0)
        {
            yield return Found.Ok(Name, $"TCP ports {string.Join(", ", ports.Select(port => port.Number).Order())} are {(given.IsRunning ? "open" : "free")}.");
        }
    }

    private static IEnumerable<(int Number, string What)> Ports(Examination given)
    {
        yield return (given.Node.Port, "between nodes");
        yield return (given.Node.GetGatewayPort(), "for p2p-console");
        if (given.Membership.GetPort(given.Node.Port) is var table and > 0)
        {
            yield return (table, "for the table of nodes");
        }

        if (given.Node.HttpPort > 0)
        {
            yield return (given.Node.HttpPort, "for the web page");
        }
    }
}
