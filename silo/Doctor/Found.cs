using P2PMiner.Doctor;

namespace P2PMiner.Silo.Doctor;

/// <summary>The four kinds of <see cref="Finding"/>.</summary>
internal static class Found
{
    public static Finding Ok(string check, string text) => new() { Check = check, Severity = FindingSeverity.Ok, Text = text };

    public static Finding Note(string check, string text, string? mend = null, string? gain = null)
        => new() { Check = check, Severity = FindingSeverity.Note, Text = text, Mend = mend, Gain = gain };

    public static Finding Speed(string check, string text, string? mend = null, string? gain = null)
        => new() { Check = check, Severity = FindingSeverity.CostsSpeed, Text = text, Mend = mend, Gain = gain };

    public static Finding Safety(string check, string text, string? mend = null, string? gain = null)
        => new() { Check = check, Severity = FindingSeverity.CostsSafety, Text = text, Mend = mend, Gain = gain };
}
