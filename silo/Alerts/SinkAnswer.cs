namespace P2PMiner.Silo.Alerts;

/// <summary>What became of a message at a sink.</summary>
/// <param name="Reason">Why it was not taken, without secrets; null: it was.</param>
/// <param name="MayRetry">It may be taken later; false: never.</param>
/// <param name="NotBefore">How long the sink asks to wait; null: it does not say.</param>
internal readonly record struct SinkAnswer(string? Reason, bool MayRetry, TimeSpan? NotBefore)
{
    public static readonly SinkAnswer Taken = new(null, false, null);

    public bool IsTaken => Reason is null;

    public static SinkAnswer Later(string reason, TimeSpan? notBefore = null) => new(reason, true, notBefore);

    public static SinkAnswer Refused(string reason) => new(reason, false, null);
}
