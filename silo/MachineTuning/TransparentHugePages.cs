namespace P2PMiner.Silo.MachineTuning;

/// <summary>Whether the kernel gives huge pages without any being set aside.</summary>
/// <param name="Enabled">"always", "madvise" (to programs that ask, as this one does), "never"; empty where the kernel has no such thing.</param>
/// <param name="Defrag">How hard it tries when memory is in pieces: "always", "defer", "defer+madvise", "madvise" or "never".</param>
internal readonly record struct TransparentHugePages(string Enabled, string Defrag)
{
    /// <summary>A program that asks for them gets them, as far as there are any.</summary>
    public bool CanBeHad => Enabled is "always" or "madvise";

    /// <param name="root">Where /sys lies; "/" outside tests.</param>
    public static TransparentHugePages Read(string root = "/")
    {
        return new(Chosen("enabled"), Chosen("defrag"));

        string Chosen(string name) => MachineText.Chosen(MachineText.Read(root, $"/sys/kernel/mm/transparent_hugepage/{name}"));
    }
}
