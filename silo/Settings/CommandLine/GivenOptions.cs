using System.CommandLine;
using System.CommandLine.Parsing;
using P2PMiner.CommandLines;

namespace P2PMiner.Silo.Settings.CommandLine;

/// <summary>The options of one command line with their values in canonical form, in the order given.</summary>
internal sealed class GivenOptions
{
    private readonly Dictionary<OptionEntry, List<string>> _values = [];

    /// <summary>The values that belong to no option.</summary>
    public List<string> Loose { get; } = [];

    /// <param name="commands">The words that might have followed the command.</param>
    /// <exception cref="CommandLineException">Something unknown, given twice, without its value, or with a wrong one.</exception>
    public static GivenOptions Read(ParseResult parsed, CommandEntry command, IReadOnlyList<string> commands)
    {
        var byName = command.Options.SelectMany(entry => entry.Option.Aliases.Prepend(entry.Name), (entry, name) => (entry, name))
            .ToDictionary(pair => pair.name, pair => pair.entry);
        var given = new GivenOptions();
        var tokens = parsed.Tokens.Where(token => token.Type != TokenType.Command).ToList();
        for (var i = 0; i < tokens.Count; i++)
        {
            var text = tokens[i].Value;
            if (given.Loose.Count < command.MaxValues && tokens[i].Type == TokenType.Argument && !text.StartsWith('-'))
            {
                given.Loose.Add(text);
                continue;
            }

            // Whatever the parser takes it for: before the command it does not know the command's options.
            var (entry, value) = byName.TryGetValue(text, out var named) ? (named, null) : Attached(text, byName);
            if (entry is null)
            {
                throw new CommandLineException(text.StartsWith('-') ? NotAnOption(text, byName.Keys) : NotACommand(text, i == 0 ? commands : []));
            }

            if (value is null && entry.Use != OptionUse.Flag && i + 1 < tokens.Count && tokens[i + 1].Type == TokenType.Argument)
            {
                value = tokens[++i].Value;
            }

            given.Add(entry, value);
        }

        return given;
    }

    /// <param name="commands">Those there are; none: no command can stand there.</param>
    public static string NotACommand(string text, IReadOnlyList<string> commands)
    {
        var hint = NearestWord.Hint(text, commands);
        return $"'{text}': not an option or command{(hint.Length == 0 && commands.Count > 0 ? $" (commands: {string.Join(", ", commands)})" : hint)}";
    }

    public bool Has(OptionEntry entry) => _values.ContainsKey(entry);

    public string? Value(OptionEntry entry) => _values.TryGetValue(entry, out var values) ? values[0] : null;

    public IReadOnlyList<string> Values(OptionEntry entry) => _values.TryGetValue(entry, out var values) ? values : [];

    /// <summary>Settings of all options that set one key.</summary>
    public Dictionary<string, string> Settings() => _values
        .Where(pair => pair.Key is { Key: not null, Use: OptionUse.Once or OptionUse.Flag })
        .ToDictionary(pair => pair.Key.Key!, pair => pair.Value[0]);

    private static string NotAnOption(string text, IEnumerable<string> names)
    {
        // What is behind a = may be a password.
        var name = text.Split('=')[0];
        return $"{name}: not an option{NearestWord.Hint(name, names.Where(known => known.StartsWith("--", StringComparison.Ordinal)))}";
    }

    /// <summary>A short option with its value behind it, such as -t4. Nothing that could be a long one with a - too few, such as -threads.</summary>
    private static (OptionEntry? Entry, string? Value) Attached(string text, Dictionary<string, OptionEntry> byName)
        => text.Length > 2 && text[1] != '-' && !byName.ContainsKey($"-{text.Split('=')[0]}")
            && byName.TryGetValue(text[..2], out var entry) && entry.Use is OptionUse.Once or OptionUse.PerPool ? (entry, text[2..]) : (null, null);

    private void Add(OptionEntry entry, string? text)
    {
        if (text is null && entry.Use is OptionUse.Once or OptionUse.PerPool)
        {
            throw new CommandLineException($"{entry.Name}: needs a value ({entry.Option.HelpName})");
        }

        var value = text is null && entry.Use == OptionUse.FlagOrWord ? "" : entry.Read(entry.Name, text ?? "true");
        if (!_values.TryGetValue(entry, out var values))
        {
            _values[entry] = [value];
        }
        else if (entry.Use is OptionUse.PerPool or OptionUse.PerPoolFlag)
        {
            values.Add(value);
        }
        else if (entry.Use is OptionUse.Once or OptionUse.FlagOrWord)
        {
            throw new CommandLineException($"{entry.Name}: given more than once");
        }
    }
}
