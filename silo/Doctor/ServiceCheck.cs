using P2PMiner.Doctor;

namespace P2PMiner.Silo.Doctor;

/// <summary>Whether the service of the package is installed, runs, and starts with the machine.</summary>
internal static class ServiceCheck
{
    public const string Name = "service";

    public const string Unit = "p2p-miner.service";

    public const string TuneUnit = "p2p-miner-tune.service";

    public const string DataFolder = "/var/lib/p2p-miner";

    /// <param name="service">Null: there is no systemd.</param>
    public static IEnumerable<Finding> Examine(Examination given, ServiceState? service)
    {
        if (service is not { IsInstalled: true })
        {
            yield return Found.Ok(Name, service is null ? "There is no systemd here, so no service either."
                : "No service is installed: p2p-miner runs when somebody starts it.");
            yield break;
        }

        if (service.Active == "failed")
        {
            yield return Found.Speed(Name, "The service failed, so nothing is mined; journalctl -u p2p-miner says why.", "sudo systemctl restart p2p-miner",
                "mining");
        }
        else if (service.Active == "active" && given.DataFolder != DataFolder)
        {
            yield return Found.Note(Name, $"The service runs with {DataFolder}, and this looked at {given.DataFolder ?? "no data folder"}.",
                $"sudo {given.Commands.Miner} doctor",
                "the findings of the service");
        }
        else if (service.Active == "inactive" && !given.IsRunning)
        {
            yield return Found.Note(Name, "The service is installed and does not run.", "sudo systemctl start p2p-miner", "mining");
        }
        else if (service.File == "disabled")
        {
            yield return Found.Note(Name, "The service does not start with the machine.", "sudo systemctl enable p2p-miner",
                "mining goes on after a restart of the machine");
        }
        else
        {
            yield return Found.Ok(Name, $"The service is {service.Active}, and {service.File}.");
        }
    }
}
