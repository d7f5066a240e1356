using P2PMiner.History;
using P2PMiner.Jobs;

namespace P2PMiner.Silo.History;

/// <summary><see cref="Growth{T}"/> of each outcome.</summary>
internal sealed class ShareGrowth
{
    private readonly Dictionary<ShareOutcome, Growth<long>> _growths = Enum.GetValues<ShareOutcome>().ToDictionary(outcome => outcome, _ => new Growth<long>());

    /// <param name="count">Asked for each outcome.</param>
    public ShareCounts Of(Func<ShareOutcome, long> count) => ShareCounts.Of(outcome => _growths[outcome].Of(count(outcome)));
}
