namespace P2PMiner.Silo.Settings.CommandLine;

/// <summary>What the help says of one command.</summary>
/// <param name="Form">How it is called, behind the program's name.</param>
/// <param name="Summary">In the list of commands.</param>
internal sealed record CommandHelp(string Form, string Summary)
{
    /// <summary>The first paragraph of its own page.</summary>
    public required string About { get; init; }

    /// <summary>All ways to call it where there are several, each with what it does; else only <see cref="Form"/> is shown.</summary>
    public IReadOnlyList<(string Form, string What)> Usage { get; init; } = [];

    /// <summary>What follows the options.</summary>
    public IReadOnlyList<(string Title, string Text)> More { get; init; } = [];

    /// <summary>Whole lines for a shell.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];

    /// <summary>Options are not listed: they are those of mining, and these.</summary>
    public IEnumerable<OptionEntry>? OwnOptions { get; init; }
}
