namespace P2PMiner.Silo.Web;

/// <summary>The outcome of showing a token.</summary>
/// <param name="Right">What it is good for; <see cref="WebRight.None"/>: it is wrong.</param>
/// <param name="Wait">For how long wrong tokens from this source are too many; zero: they are not.</param>
/// <param name="WasLast">This wrong token was the last one before they are too many.</param>
internal readonly record struct TryOutcome(WebRight Right, TimeSpan Wait, bool WasLast)
{
    public bool IsRight => Right != WebRight.None;
}
