using P2PMiner.Doctor;
using P2PMiner.Silo.MachineTuning;

namespace P2PMiner.Silo.Doctor;

/// <summary>CPUs that are slowed down because they are too hot.</summary>
internal static class ThrottleCheck
{
    public const string Name = "heat";

    /// <param name="before"><see cref="ThrottleCounts"/> a moment before.</param>
    /// <param name="after">And now.</param>
    public static IEnumerable<Finding> Examine(Examination given, long? before, long? after)
    {
        yield return before is not { } first || after is not { } last
            ? Found.Ok(Name, CpuModel.Read(given.Root) switch
            {
                { IsVirtual: true } => "This is a virtual machine: only its host can tell whether heat slows the processor down.",
                { Vendor: CpuModel.Amd } => "Whether heat slows this processor down is not known: those of AMD do not count it.",
                _ => "Whether heat slows this processor down is not known: it does not count it.",
            })
            : last > first ? Found.Speed(Name, "The processor is too hot and slows down right now: improve the cooling, or hash with fewer threads.",
                gain: "the full clock speed")
            : last > 0 ? Found.Note(Name, $"Heat slowed the processor down {Examination.Count(last, "time")} since the machine was started, but not now.")
            : Found.Ok(Name, "Heat has not slowed the processor down.");
    }
}
