using P2PMiner.Doctor;
using P2PMiner.Silo.MachineTuning;

namespace P2PMiner.Silo.Doctor;

/// <summary>How the kernel chooses clock speeds.</summary>
internal static class GovernorCheck
{
    public const string Name = "governor";

    public static IEnumerable<Finding> Examine(Examination given)
    {
        var policies = FrequencyPolicy.ReadAll(given.Root);
        var others = policies.Where(policy => policy.Governor != FrequencyPolicy.Performance).Select(policy => policy.Governor).Distinct().Order().ToList();
        yield return policies.Count == 0 ? Found.Ok(Name, CpuModel.Read(given.Root).IsVirtual ? "This is a virtual machine: its host chooses the clock speed."
                : "The kernel does not choose the clock speed on this machine.")
            : others.Count == 0 ? Found.Ok(Name, "The governor is performance on every CPU.")
            : Found.Speed(Name, $"The governor is {string.Join(" or ", others)}, which may run the CPUs below their full clock speed.", given.Tune,
                "up to a few percent more speed");
    }
}
