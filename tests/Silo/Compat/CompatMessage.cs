namespace P2PMiner.Silo.Tests.Compat;

/// <summary>A message, or the content of a file, as some version of the program wrote it.</summary>
/// <param name="Name">What it is: its alias or kind, and which value.</param>
/// <param name="Lines">What is in it, see MemberLines.</param>
internal sealed record CompatMessage(string Name, byte[] Bytes, IReadOnlyList<string> Lines)
{
    private const string HexWord = "  hex ";
    private const string LineMargin = "    ";

    /// <summary>As <see cref="Parse"/> reads them.</summary>
    public static string Write(IEnumerable<CompatMessage> messages) => string.Concat(messages.Select(message =>
        $"{message.Name}\n{HexWord}{Convert.ToHexStringLower(message.Bytes)}\n{string.Concat(message.Lines.Select(line => $"{LineMargin}{line}\n"))}"));

    public static IReadOnlyList<CompatMessage> Parse(string text)
    {
        var messages = new List<CompatMessage>();
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (var at = 0; at < lines.Length;)
        {
            var (name, hex) = (lines[at++], lines[at++]);
            Assert.StartsWith(HexWord, hex);
            var members = lines[at..].TakeWhile(line => line.StartsWith(LineMargin, StringComparison.Ordinal))
                .Select(line => line[LineMargin.Length..]).ToArray();
            at += members.Length;
            messages.Add(new(name, Convert.FromHexString(hex[HexWord.Length..]), members));
        }

        return messages;
    }
}
