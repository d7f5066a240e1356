using P2PMiner.Doctor;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.Doctor;

/// <summary>Findings for people: one line each, the worst first. On a terminal what mends it stands on a line of its own, so that it can be pasted.</summary>
internal static class FindingPage
{
    private const string Red = "\e[31m";
    private const string Yellow = "\e[33m";
    private const string Green = "\e[32m";
    private const int NameWidth = 23;
    private const int WordWidth = 7;

    public static void Write(IReadOnlyList<Finding> findings, Screen screen)
    {
        foreach (var finding in findings)
        {
            var line = $"{Word(finding.Severity),-WordWidth} {finding.Check,-NameWidth} {finding.Text}";
            if (screen.IsTerminal)
            {
                screen.WriteLine(line, Colour(finding.Severity));
                if (Remedy(finding) is { } remedy)
                {
                    screen.WriteLine($"{"",-WordWidth} {"",-NameWidth} {remedy}");
                }
            }
            else
            {
                screen.WriteLine(Remedy(finding) is { } remedy ? $"{line} {remedy}" : line);
            }
        }

        screen.WriteLine(Sum(findings));
    }

    /// <summary>"2 cost safety, 1 costs speed, 3 notes, 12 are fine"</summary>
    public static string Sum(IReadOnlyList<Finding> findings)
    {
        var (safety, speed, notes, fine) = (Of(FindingSeverity.CostsSafety), Of(FindingSeverity.CostsSpeed), Of(FindingSeverity.Note), Of(FindingSeverity.Ok));
        return $"{Examination.Count(findings.Count, "finding")}: {safety} {Cost(safety)} safety, {speed} {Cost(speed)} speed, {Examination.Count(notes, "note")}, {fine} fine";

        int Of(FindingSeverity severity) => findings.Count(finding => finding.Severity == severity);

        static string Cost(int count) => count == 1 ? "costs" : "cost";
    }

    /// <summary>The command, and what it brings as a comment of the shell behind it.</summary>
    private static string? Remedy(Finding finding) => (finding.Mend, finding.Gain) switch
    {
        (null, null) => null,
        (null, var gain) => $"# brings: {gain}",
        (var mend, null) => mend,
        var (mend, gain) => $"{mend}    # brings: {gain}",
    };

    private static string Word(FindingSeverity severity) => severity switch
    {
        FindingSeverity.CostsSafety => "SAFETY",
        FindingSeverity.CostsSpeed => "SPEED",
        FindingSeverity.Note => "note",
        _ => "ok",
    };

    private static string Colour(FindingSeverity severity) => severity switch
    {
        FindingSeverity.CostsSafety => Red,
        FindingSeverity.CostsSpeed => Yellow,
        FindingSeverity.Ok => Green,
        _ => "",
    };
}
