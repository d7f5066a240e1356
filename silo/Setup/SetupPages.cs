using P2PMiner.Silo.Settings;
using P2PMiner.Silo.Settings.CommandLine;

namespace P2PMiner.Silo.Setup;

/// <summary>What a person reads before and after a setup. No secret is in it.</summary>
/// <param name="isNamed">The file was named by --config.</param>
internal sealed class SetupPages(SetupTarget target, IServiceManager services, bool isNamed)
{
    private string Config => isNamed ? $" --config {target.Path}" : "";

    public string Undo => $"To give all of it back: p2p-miner setup{Config} --undo";

    public static IEnumerable<string> Notes(SetupPlan plan) => plan.Notes.Select(note => $"Note: {note}");

    /// <param name="content">Of the settings file as it is; null: there is none.</param>
    public IEnumerable<string> Plan(SetupPlan plan, PresentSetup present, byte[]? content, string dataFolder)
    {
        yield return "";
        yield return "This will be done:";
        if (plan.Settings is { } settings)
        {
            yield return $"  write {target.Path}:";
            foreach (var line in Changes(settings, present.Own))
            {
                yield return $"    {line}";
            }

            if (content is not null && !content.AsSpan().StartsWith(System.Text.Encoding.UTF8.GetBytes(SettingsText.Heading)))
            {
                yield return "    its comments are lost; setup --undo gives them back";
            }
        }

        if (plan.Key is { } key)
        {
            yield return $"  join {key}, with its key in {dataFolder}";
        }

        foreach (var (offer, why) in plan.NotDone)
        {
            yield return $"  not {Name(offer)}, which cannot be done, because {why}";
        }

        foreach (var unit in plan.Units)
        {
            yield return unit.Enable ? $"  start {unit.Name}, now and at each boot" : $"  restart {unit.Name}, if it runs";
        }
    }

    public static string Name(SetupOffer offer) => new OptionTable().SetupOffers[offer].Name;

    /// <param name="owner">Whose the data folder is, if not this user's; null: it is.</param>
    public IEnumerable<string> End(SetupPlan plan, string? owner, string dataFolder)
    {
        foreach (var (offer, why) in plan.NotDone)
        {
            yield return $"Not done: {Name(offer)}, because {why}";
        }

        yield return Undo;
        var hasService = plan.Units.Any(unit => unit.Name == Units.Miner);
        if (hasService)
        {
            yield return "How it stands: systemctl status p2p-miner, or p2p-console status";
        }
        else if (services.Obstacle is { } obstacle)
        {
            yield return $"Nothing starts by itself here, because {obstacle}. To mine: "
                + (owner is null ? $"p2p-miner{Config}" : $"runuser -u {owner} -- p2p-miner{Config} --data {dataFolder}");
            yield return $"To tune this machine, as root: p2p-miner tune apply{Config}{LeftOut(plan)}";
        }
        else if (services.State(Units.Miner).IsActive)
        {
            yield return $"The service mines by the former settings until: systemctl restart {Units.Miner}";
        }
        else
        {
            yield return $"To mine now and at each boot: systemctl enable --now {Units.Miner}";
        }
    }

    /// <summary>Where some parts were asked for: options that leave out the others.</summary>
    private static string LeftOut(SetupPlan plan)
    {
        var options = new OptionTable();
        (SetupOffer Offer, OptionEntry Option)[] parts =
            [(SetupOffer.HugePages, options.NoPages), (SetupOffer.Registers, options.NoMsr), (SetupOffer.Governor, options.NoGovernor)];
        var wanted = plan.NotDone.Select(refusal => refusal.Offer).ToHashSet();
        return parts.Any(part => wanted.Contains(part.Offer))
            ? string.Concat(parts.Where(part => !wanted.Contains(part.Offer)).Select(part => $" {part.Option.Name}")) : "";
    }

    private static IEnumerable<string> Changes(IReadOnlyDictionary<string, string> settings, IReadOnlyDictionary<string, string> before)
    {
        foreach (var (key, value) in settings.Where(pair => before.GetValueOrDefault(pair.Key) != pair.Value).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            yield return $"{key} = {SettingsSchema.Find(key)?.Show(value) ?? value}";
        }

        foreach (var key in before.Keys.Where(key => !settings.ContainsKey(key)).Order(StringComparer.Ordinal))
        {
            yield return $"{key} no longer set";
        }
    }
}
