using P2PMiner.Doctor;

namespace P2PMiner.Silo.Doctor;

/// <summary>CPUs that are slowed down because they are too hot.</summary>
internal static class ThrottleCheck
{
    public const string Name = "heat";

    /// <param name="before"><see cref="ThrottleCounts"/> a moment before.</param>
    /// <param name="after">And now.</param>
    public static IEnumerable<Finding> Examine(long? before, long? after)
    {
        yield return before is not { } first || after is not { } last
            ? Found.Ok(Name, "This machine does not count how often heat slows it down, as most virtual machines and AMD processors.")
            : last > first ? Found.Speed(Name, "The processor is too hot and slows down right now: improve the cooling, or hash with fewer threads.",
                gain: "the full clock speed")
            : last > 0 ? Found.Note(Name, $"Heat slowed the processor down {Examination.Count(last, "time")} since the machine was started, but not now.")
            : Found.Ok(Name, "Heat has not slowed the processor down.");
    }
}
