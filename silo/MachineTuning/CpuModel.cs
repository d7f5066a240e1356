using System.Globalization;

namespace P2PMiner.Silo.MachineTuning;

/// <summary>Which processor this is, as /proc/cpuinfo has it for the first CPU; the others are taken to be the same.</summary>
/// <param name="Vendor">"AuthenticAMD" or "GenuineIntel"; empty where Linux does not tell, as on ARM.</param>
/// <param name="Family">"cpu family", decimal there: 25 is 19h. 0 where it is not told.</param>
/// <param name="Model">Within the family.</param>
/// <param name="Name">For people; may be empty.</param>
/// <param name="IsVirtual">A virtual machine: the registers are those of the hypervisor.</param>
/// <param name="HasGiantPages">It can do pages of 1 GB.</param>
internal sealed record CpuModel(string Vendor, int Family, int Model, string Name, bool IsVirtual, bool HasGiantPages)
{
    public const string Amd = "AuthenticAMD";
    public const string Intel = "GenuineIntel";

    /// <summary>MSRs are those of x86.</summary>
    public bool IsX86 => Vendor.Length > 0;

    /// <param name="root">Where /proc lies; "/" outside tests.</param>
    public static CpuModel Read(string root = "/")
    {
        var facts = new Dictionary<string, string>();
        foreach (var line in MachineText.Lines(root, "/proc/cpuinfo").TakeWhile(line => line.Trim().Length > 0))
        {
            var parts = line.Split(':', 2);
            facts.TryAdd(parts[0].Trim(), parts.Length == 2 ? parts[1].Trim() : "");
        }

        var flags = Fact("flags").Split(' ');
        return new(Fact("vendor_id"), Number("cpu family"), Number("model"), Fact("model name"), flags.Contains("hypervisor"), flags.Contains("pdpe1gb"));

        string Fact(string name) => facts.GetValueOrDefault(name, "");

        int Number(string name) => int.TryParse(Fact(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    /// <summary>"AMD Ryzen 9 5950X (family 19h, model 21h)"</summary>
    public override string ToString()
    {
        var name = Name.Length > 0 ? Name : Vendor.Length > 0 ? Vendor : "not known";
        return IsX86 ? $"{name} (family {Family:X}h, model {Model:X}h)" : name;
    }
}
