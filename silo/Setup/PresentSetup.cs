using P2PMiner.Silo.MachineTuning;
using P2PMiner.Silo.Settings.CommandLine;

namespace P2PMiner.Silo.Setup;

/// <summary>How things stand before a setup.</summary>
/// <param name="Own">What the file to be written holds; empty: there is none.</param>
/// <param name="InEffect">The settings of all files that a start reads, that one with them.</param>
internal sealed record PresentSetup(IReadOnlyDictionary<string, string> Own, IReadOnlyDictionary<string, string> InEffect)
{
    /// <summary>Offers that nobody can take up on this machine, each with the reason.</summary>
    public IReadOnlyDictionary<SetupOffer, string> Impossible { get; init; } = new Dictionary<SetupOffer, string>();

    public static IReadOnlyDictionary<SetupOffer, string> ImpossibleOn(IMachine machine) => new Dictionary<SetupOffer, string?>
    {
        [SetupOffer.Registers] = MsrObstacle.FindLasting(machine.Root, machine.Registers),
        [SetupOffer.Governor] = GovernorTuning.FindObstacle(machine.Root),
    }.Where(offer => offer.Value is not null).ToDictionary(offer => offer.Key, offer => offer.Value!);
}
