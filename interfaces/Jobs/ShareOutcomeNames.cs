namespace P2PMiner.Jobs;

/// <summary>What a <see cref="ShareOutcome"/> is called.</summary>
public static class ShareOutcomeNames
{
    /// <summary>For programs: "low_difficulty".</summary>
    public static string WireName(this ShareOutcome outcome) => outcome switch
    {
        ShareOutcome.LowDifficulty => "low_difficulty",
        ShareOutcome.OutsideLease => "outside_lease",
        _ => outcome.ToString().ToLowerInvariant(),
    };

    /// <summary>For people: "low difficulty".</summary>
    public static string Text(this ShareOutcome outcome) => outcome.WireName().Replace('_', ' ');
}
