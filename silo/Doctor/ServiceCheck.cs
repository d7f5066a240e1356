using P2PMiner.Doctor;

namespace P2PMiner.Silo.Doctor;

/// <summary>Whether the service of the package is installed, runs, and starts with the machine.</summary>
internal static class ServiceCheck
{
    public const string Name = "service";

    public const string Unit = "p2p-miner.service";

    public const string TuneUnit = "p2p-miner-tune.service";

    public const string DataFolder = Security.DataFolder.OfService;

    private const string ServiceUser = Security.DataFolder.ServiceUser;

    public static IEnumerable<Finding> Examine(Examination given)
    {
        var service = given.Service;
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
        else if (given.IsBesideService)
        {
            yield return Found.Note(Name,
                $"The service runs with {DataFolder}, and this looked at {given.DataFolder ?? "no data folder"}. "
                    + $"Members of the group {ServiceUser} may also ask it by p2p-console doctor.",
                $"sudo {given.Commands.Miner} doctor{(given.User == 0 ? $" --data {DataFolder}" : "")}", "the findings of the service");
        }
        else if (service.Active == "inactive" && !(given.IsRunning && given.DataFolder == DataFolder))
        {
            yield return Found.Note(Name, "The service is installed and does not run.", given.IsRunning ? null : "sudo systemctl start p2p-miner",
                given.IsRunning ? null : "mining");
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
