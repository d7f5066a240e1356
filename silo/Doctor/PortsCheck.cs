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
        var ports = given.Ports().OrderBy(port => port.Number).ToList();
        if (listening is null)
        {
            yield return Found.Note(Name, "Which ports are open could not be read from /proc/net/tcp.");
            yield break;
        }

        var wrong = ports.Where(port => listening.Contains(port.Number) != given.IsRunning).ToList();
        if (wrong.Count == 0)
        {
            yield return Found.Ok(Name, $"TCP ports {string.Join(", ", ports.Select(port => port.Number))} are {(given.IsRunning ? "open" : "free")}.");
            yield break;
        }

        var these = $"TCP port{(wrong.Count == 1 ? "" : "s")} {string.Join(", ", wrong.Select(port => $"{port.Number} ({port.What})"))}";
        var are = wrong.Count == 1 ? "is" : "are";
        yield return given.IsRunning
                ? Found.Note(Name,
                    $"The node runs, and its {these} {are} not open: it is starting{(given.Note is null ? ", or its settings have changed since" : "")}.")
            : given.IsBesideService ? Found.Ok(Name, $"{these} {are} in use while the service runs.")
            : given.MayRun ? Found.Note(Name, $"{these} {are} in use, perhaps by a node that runs with {given.DataFolder}, which this user cannot tell.",
                given.DoctorAsRoot)
            : given.Others.Count > 0 ? Found.Note(Name, $"{these} {are} in use while another node runs; with --port a second one takes others.")
            : Found.Speed(Name, $"{these} {are} taken by another program, so the node would not start; with --port it takes others.",
                string.Create(CultureInfo.InvariantCulture, $"sudo ss -ltnp 'sport = :{wrong[0].Number}'"), "the name of that program");
    }
}
