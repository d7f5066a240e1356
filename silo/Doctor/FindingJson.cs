using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using P2PMiner.Doctor;

namespace P2PMiner.Silo.Doctor;

/// <summary>Findings for scripts: names and their meaning stay, new ones may be added.</summary>
internal static class FindingJson
{
    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        // Commands are to be read: no quotation mark as \u0027. This is no web page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <param name="node">Id of the node that runs with the data folder; null: none runs, or it did not answer.</param>
    public static string Write(string version, string? node, IReadOnlyList<Finding> findings) => JsonSerializer.Serialize(new
    {
        version,
        node,
        wrong = findings.Any(finding => finding.IsWrong),
        findings = findings.Select(finding => new { finding.Check, finding.Severity, finding.Text, finding.Mend, finding.Gain }),
    }, Form);
}
