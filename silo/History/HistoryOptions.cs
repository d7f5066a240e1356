using System.ComponentModel.DataAnnotations;

namespace P2PMiner.Silo.History;

/// <summary>What a node writes down of itself and of the cluster.</summary>
internal sealed class HistoryOptions
{
    public const string Section = "History";

    /// <summary>False: no file; the web page shows the present only.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>How long samples of ten minutes and events are kept.</summary>
    [Range(1, 365)]
    public int Days { get; set; } = 30;
}
