using P2PMiner.Peers;

namespace P2PMiner.Silo.Alerts;

/// <summary>How something stands at one look.</summary>
/// <param name="IsBad">Null: it cannot be said now.</param>
/// <param name="Text">What to tell if this is new: one line.</param>
/// <param name="After">How long it must have been bad without a break.</param>
internal readonly record struct Verdict(string Rule, NodeId? Node, bool? IsBad, string Text, TimeSpan After = default)
{
    public AlertKey Key => new(Rule, Node);

    public static Verdict Unknown(string rule, NodeId? node) => new(rule, node, null, "");
}
