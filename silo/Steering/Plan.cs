namespace P2PMiner.Silo.Steering;

/// <summary>What was asked for, read and checked and not done yet.</summary>
/// <param name="Title">Such as "Pause node attic (1a2b3c4d)".</param>
/// <param name="Warning">What a person should know before; null: it stops no mining and gives nothing away, and is done at once.</param>
/// <param name="Steps">One or more.</param>
internal sealed record Plan(string Title, string? Warning, params IReadOnlyList<Step> Steps)
{
    /// <summary>Asks for the same again, without secrets.</summary>
    public IReadOnlyList<(string Name, string? Value)> Fields { get; init; } = [];

    /// <summary>What it brings is shown once, on a page of its own.</summary>
    public bool BringsSecret { get; init; }
}
