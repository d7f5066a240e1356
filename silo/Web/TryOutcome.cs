namespace P2PMiner.Silo.Web;

/// <summary>What came of showing a token.</summary>
/// <param name="IsRight">False also while the source has to wait.</param>
/// <param name="Wait">How long tokens of this source are not looked at; zero: this one was.</param>
/// <param name="WasLast">This wrong one was the last before a wait.</param>
internal readonly record struct TryOutcome(bool IsRight, TimeSpan Wait, bool WasLast);
