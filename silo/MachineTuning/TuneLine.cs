namespace P2PMiner.Silo.MachineTuning;

/// <summary>One line about one thing that is tuned.</summary>
/// <param name="Name">In capital letters: "HUGE PAGES".</param>
internal readonly record struct TuneLine(string Name, string Text)
{
    public override string ToString() => $"{Name,-12} {Text}";
}
