namespace P2PMiner.Peers;

/// <summary>How a person names a node: by its id, or by as many first digits of it as no other node shares.</summary>
public static class NodeDigits
{
    private const int Most = 32;

    /// <summary>In small letters, as ids are written. False: the text cannot be the beginning of an id.</summary>
    public static bool TryRead(string? text, out string digits)
    {
        digits = text?.ToLowerInvariant() ?? "";
        return digits.Length is >= 1 and <= Most && digits.All(char.IsAsciiHexDigitLower);
    }

    /// <summary>The one whose id begins so.</summary>
    /// <param name="digits">As read by <see cref="TryRead"/>.</param>
    /// <param name="nodes">The ids of all that could be meant.</param>
    /// <exception cref="FormatException">There is none, or several; the message is the one line to show.</exception>
    public static string Choose(string digits, IEnumerable<string> nodes)
    {
        var fitting = nodes.Where(node => node.StartsWith(digits, StringComparison.Ordinal)).ToList();
        return fitting.Count switch
        {
            1 => fitting[0],
            0 => throw new FormatException($"no node's id begins with {digits}"),
            _ => throw new FormatException($"the ids of {fitting.Count} nodes begin with {digits}; give more digits"),
        };
    }
}
