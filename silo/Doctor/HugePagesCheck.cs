using P2PMiner.Doctor;
using P2PMiner.Silo.MachineTuning;

namespace P2PMiner.Silo.Doctor;

/// <summary>2 MiB pages: those that the running node asked for and got, else those that it would get.</summary>
internal static class HugePagesCheck
{
    public const string Name = "huge pages";

    public static IEnumerable<Finding> Examine(Examination given)
    {
        if (!given.Hashing.HugePages)
        {
            yield return Found.Note(Name, "Huge pages are switched off by --no-huge-pages or Hashing:HugePages.", gain: Gain(given));
            yield break;
        }

        if (given.Live is { Engine: { HugePagesWanted: > 0 } engine })
        {
            yield return engine.HugePages >= engine.HugePagesWanted
                ? Found.Ok(Name, $"The running node has all {Examination.Count(engine.HugePagesWanted, "huge page")} that it asked for.")
                : Found.Speed(Name,
                    $"The running node asked for {Examination.Count(engine.HugePagesWanted, "huge page")} and got {engine.HugePages}. After the command, start the node again.",
                    given.Tune, Gain(given));
            yield break;
        }

        if (given.IsUnknown)
        {
            yield return Found.Note(Name, "Only the running node knows its huge pages, and it did not answer.");
            yield break;
        }

        if (given.Pages() is not { } plan)
        {
            yield break;    // MemoryCheck says that there is too little memory at all
        }

        var (reserved, wanted) = (plan.Huge.Sum(goal => goal.Got), plan.Huge.Sum(goal => goal.Wanted));
        var text = $"{reserved} of {Examination.Count(wanted, "huge page")} that the miner likes are reserved";
        yield return reserved >= wanted ? Found.Ok(Name, $"{text}.")
            : TransparentHugePages.Read(given.Root).CanBeHad
                ? Found.Note(Name, $"{text}; the kernel gives others only while its memory is not fragmented.", given.Tune, "all of them, for sure")
            : Found.Speed(Name, $"{text}, and the kernel gives no others.", given.Tune, Gain(given));
    }

    private static string Gain(Examination given) => given.IsRandomX ? "up to half more speed" : "a few percent more speed";
}
