using P2PMiner.Doctor;
using P2PMiner.Silo.MachineTuning;

namespace P2PMiner.Silo.Doctor;

/// <summary>Huge pages that the kernel gives without any being reserved.</summary>
internal static class TransparentPagesCheck
{
    public const string Name = "transparent huge pages";

    private const string File = "/sys/kernel/mm/transparent_hugepage/enabled";

    public static IEnumerable<Finding> Examine(Examination given)
    {
        var mode = TransparentHugePages.Read(given.Root);
        yield return mode.CanBeHad ? Found.Ok(Name, $"The kernel gives transparent huge pages to programs that ask (mode {mode.Enabled}).")
            : mode.Enabled.Length == 0 ? Found.Note(Name, $"This kernel has no transparent huge pages, or {File} cannot be read.")
            : Found.Note(Name, $"The kernel gives no transparent huge pages (mode {mode.Enabled}), so only reserved ones can be had.",
                $"echo madvise | sudo tee {File}", "huge pages also where none are reserved");
    }
}
