namespace P2PMiner.Silo.Web;

/// <summary>What came of showing a token.</summary>
/// <param name="Wait">For how long wrong ones of this source are too many; zero: they are not.</param>
/// <param name="WasLast">This wrong one was the last before they are too many.</param>
internal readonly record struct TryOutcome(bool IsRight, TimeSpan Wait, bool WasLast);
