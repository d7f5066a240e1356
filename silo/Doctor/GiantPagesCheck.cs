using P2PMiner.Doctor;
using P2PMiner.Native;

namespace P2PMiner.Silo.Doctor;

/// <summary>1 GB pages, of which a whole RandomX dataset uses two.</summary>
internal static class GiantPagesCheck
{
    public const string Name = "1 GB pages";

    private const string Gain = "a little more speed";

    private const string None = "This machine has no 1 GB pages, or holds all in those of 2 MiB, which do nearly as well.";

    public static IEnumerable<Finding> Examine(Examination given)
    {
        if (!given.IsRandomX || !given.Hashing.HugePages || !given.Hashing.GiantPages)
        {
            yield return Found.Ok(Name, given.IsRandomX ? "1 GB pages are switched off by a setting." : "GhostRider has no use for 1 GB pages.");
            yield break;
        }

        var engine = given.Live?.Engine;
        if (engine is { DatasetProgress: 1, DatasetMode: not DatasetMode.None })
        {
            yield return engine.GiantPages > 0 ? Found.Ok(Name, $"The running node uses {Examination.Count(engine.GiantPages, "page")} of 1 GB.")
                : engine.DatasetMode != DatasetMode.Fast ? Found.Ok(Name, "The running node does not hold the whole dataset, so it has no use for 1 GB pages.")
                : given.Pages()?.Giant.Count > 0 ? Found.Note(Name, "The running node uses no 1 GB pages.", given.Tune, Gain)
                : Found.Ok(Name, None);
            yield break;
        }

        var goals = given.Pages()?.Giant ?? [];
        var (reserved, wanted) = (goals.Sum(goal => goal.Got), goals.Sum(goal => goal.Wanted));
        yield return goals.Count == 0 ? Found.Ok(Name, None)
            : reserved >= wanted ? Found.Ok(Name, $"All {Examination.Count(wanted, "page")} of 1 GB that the dataset can use are reserved.")
            : Found.Note(Name, $"{reserved} of {Examination.Count(wanted, "page")} of 1 GB that the dataset can use are reserved.", given.Tune, Gain);
    }
}
