using P2PMiner.Doctor;
using P2PMiner.Native;
using P2PMiner.Silo.MachineTuning;

namespace P2PMiner.Silo.Doctor;

/// <summary>1 GB pages, of which a whole RandomX dataset uses two.</summary>
internal static class GiantPagesCheck
{
    public const string Name = "1 GB pages";

    private const string Gain = "a little more speed";

    public static IEnumerable<Finding> Examine(Examination given)
    {
        if (!given.IsRandomX || !given.Hashing.HugePages || !given.Hashing.GiantPages)
        {
            yield return Found.Ok(Name, given.IsRandomX ? "1 GB pages are switched off by a setting." : "GhostRider has no use for 1 GB pages.");
            yield break;
        }

        if (given.IsUnknown)
        {
            yield return Found.Note(Name, "Only the running node knows whether it uses 1 GB pages, and it did not answer.");
            yield break;
        }

        var engine = given.Live?.Engine;
        if (engine is { DatasetProgress: 1, DatasetMode: not DatasetMode.None })
        {
            yield return engine.GiantPages > 0 ? Found.Ok(Name, $"The running node uses {Examination.Count(engine.GiantPages, "page")} of 1 GB.")
                : engine.DatasetMode != DatasetMode.Fast ? Found.Ok(Name, "The running node does not hold the whole dataset, so it has no use for 1 GB pages.")
                : given.Pages()?.Giant.Count > 0 ? Found.Note(Name, "The running node uses no 1 GB pages.", given.Tune, Gain)
                : Found.Ok(Name, None(given));
            yield break;
        }

        var goals = given.Pages()?.Giant ?? [];
        var (reserved, wanted) = (goals.Sum(goal => goal.Got), goals.Sum(goal => goal.Wanted));
        yield return goals.Count == 0 ? Found.Ok(Name, None(given))
            : reserved >= wanted ? Found.Ok(Name, $"All {Examination.Count(wanted, "page")} of 1 GB that the dataset can use are reserved.")
            : Found.Note(Name, $"{reserved} of {Examination.Count(wanted, "page")} of 1 GB that the dataset can use are reserved.", given.Tune, Gain);
    }

    private static string None(Examination given)
        => HugePagePool.OfMachine(HugePagePool.GiantBytes, given.Root) is null ? "This machine has no 1 GB pages."
            : "All fits into the pages of 2 MiB that are reserved, which do nearly as well.";
}
