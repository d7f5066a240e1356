namespace P2PMiner.CommandLines;

/// <summary>Writes the completion of a program for bash: completion.bash, filled in with tables of its commands and options.</summary>
public static class BashCompletion
{
    private const string Resource = "completion.bash";

    public static void Write(TextWriter output, string program, IReadOnlyList<CompletedCommand> commands)
    {
        using var template = typeof(BashCompletion).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is missing from the program");
        using var reader = new StreamReader(template);
        output.Write(reader.ReadToEnd()
            .Replace("@NAME@", program, StringComparison.Ordinal)
            .Replace("@FUNCTION@", $"_{program.Replace('-', '_')}", StringComparison.Ordinal)
            .Replace("@NEXT@", Table(commands.Select(command => (Key(command), string.Join(' ', command.Next)))), StringComparison.Ordinal)
            .Replace("@OPTIONS@", Table(commands.Select(
                command => (Key(command), string.Join(' ', command.Options.SelectMany(option => option.Names))))), StringComparison.Ordinal)
            .Replace("@VALUES@", Table(
                from command in commands
                from option in command.Options
                where option.Kind != ValueKind.None
                from name in option.Names
                select ($"{Key(command)} {name}", Value(option))), StringComparison.Ordinal));

        string Key(CompletedCommand command) => $"{program} {command.Words}".TrimEnd();
    }

    private static string Table(IEnumerable<(string Key, string Words)> rows) => string.Join('\n', rows.Select(row => $"        [\"{row.Key}\"]=\"{row.Words}\""));

    private static string Value(CompletedOption option) => (option.MayBeLeftOut ? "? " : "") + option.Kind switch
    {
        ValueKind.File => "<file>",
        ValueKind.Folder => "<folder>",
        _ => option.Words.Count == 0 ? "<text>" : string.Join(' ', option.Words),
    };
}
