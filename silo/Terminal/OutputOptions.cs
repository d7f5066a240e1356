using System.ComponentModel.DataAnnotations;

namespace P2PMiner.Silo.Terminal;

/// <summary>What the program shows and writes. Section "Output".</summary>
public sealed class OutputOptions
{
    public const string Section = "Output";

    /// <summary>Seconds between speed lines; 0 prints none. Default 60.</summary>
    [Range(0, 86_400)]
    public int PrintTime { get; set; } = 60;

    /// <summary>Also writes all lines to this file: one a day, a week of them kept. Null: no file.</summary>
    public string? LogFile { get; set; }

    /// <summary>The least severe lines of ours to show. Default Information; Debug adds each share.</summary>
    public LogLevel LogLevel { get; set; } = LogLevel.Information;
}
