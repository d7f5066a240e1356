using System.Diagnostics.CodeAnalysis;

namespace P2PMiner.Hashing;

/// <summary>The names pools and people use for an <see cref="Algorithm"/>.</summary>
public static class AlgorithmNames
{
    /// <summary>The name on the wire: "rx/0", "rx/2" or "gr".</summary>
    public static string WireName(this Algorithm algorithm) => algorithm switch
    {
        Algorithm.RandomX => "rx/0",
        Algorithm.RandomXV2 => "rx/2",
        Algorithm.GhostRider => "gr",
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "unknown algorithm"),
    };

    /// <summary>What a message says of a text that <see cref="TryParseTyped"/> does not know.</summary>
    public const string Problem = "is not an algorithm (randomx, rx/0 or monero; rx/2; ghostrider, gr or raptoreum)";

    /// <summary>All that a person may type.</summary>
    public static IReadOnlyList<string> Typed { get; } = ["randomx", "rx/0", "monero", "rx/2", "ghostrider", "gr", "raptoreum"];

    /// <summary>Reads what a person types: as <see cref="TryParse"/>, and the coin that is mined so: monero or xmr, raptoreum or rtm.</summary>
    public static bool TryParseTyped([NotNullWhen(true)] string? name, out Algorithm algorithm)
    {
        (var known, algorithm) = name?.Trim().ToLowerInvariant() switch
        {
            "monero" or "xmr" => (true, Algorithm.RandomX),
            "raptoreum" or "rtm" => (true, Algorithm.GhostRider),
            _ => (TryParse(name, out var named), named),
        };
        return known;
    }

    /// <summary>Reads a wire name or a common name, in any case: randomx, rx/0, rx/2, ghostrider, gr.</summary>
    public static bool TryParse([NotNullWhen(true)] string? name, out Algorithm algorithm)
    {
        (var known, algorithm) = name?.Trim().ToLowerInvariant() switch
        {
            "randomx" or "rx/0" or "rx" or "randomx/0" => (true, Algorithm.RandomX),
            "rx/2" or "randomx/2" => (true, Algorithm.RandomXV2),
            "ghostrider" or "gr" or "ghostrider/rtm" => (true, Algorithm.GhostRider),
            _ => (false, default),
        };
        return known;
    }
}
