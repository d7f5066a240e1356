using System.CommandLine;
using System.CommandLine.Parsing;

namespace P2PMiner.Silo.Settings.CommandLine;

/// <summary>The options of one command line with their values in canonical form, in the order given.</summary>
internal sealed class GivenOptions
{
    private readonly Dictionary<OptionEntry, List<string>> _values = [];

    /// <summary>The value that belongs to no option; null: there was none.</summary>
    public string? Loose { get; private set; }

    /// <exception cref="CommandLineException">Something unknown, given twice, without its value, or with a wrong one.</exception>
    public static GivenOptions Read(ParseResult parsed, CommandEntry command)
    {
        var byName = command.Options.SelectMany(entry => entry.Option.Aliases.Prepend(entry.Name), (entry, name) => (entry, name))
            .ToDictionary(pair => pair.name, pair => pair.entry);
        var given = new GivenOptions();
        var tokens = parsed.Tokens;
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Type == TokenType.Command)
            {
                continue;
            }

            if (command.TakesValue && given.Loose is null && tokens[i].Type == TokenType.Argument && !tokens[i].Value.StartsWith('-'))
            {
                given.Loose = tokens[i].Value;
                continue;
            }

            if (tokens[i].Type != TokenType.Option || !byName.TryGetValue(tokens[i].Value, out var entry))
            {
                throw new CommandLineException(tokens[i].Value.StartsWith('-')
                    ? $"{tokens[i].Value}: not an option"
                    : $"'{tokens[i].Value}': not an option or command");
            }

            string? text = null;
            if (entry.Use != OptionUse.Flag && i + 1 < tokens.Count && tokens[i + 1].Type == TokenType.Argument)
            {
                text = tokens[++i].Value;
            }

            given.Add(entry, text);
        }

        return given;
    }

    public bool Has(OptionEntry entry) => _values.ContainsKey(entry);

    public string? Value(OptionEntry entry) => _values.TryGetValue(entry, out var values) ? values[0] : null;

    public IReadOnlyList<string> Values(OptionEntry entry) => _values.TryGetValue(entry, out var values) ? values : [];

    /// <summary>Settings of all options that set one key.</summary>
    public Dictionary<string, string> Settings() => _values
        .Where(pair => pair.Key is { Key: not null, Use: OptionUse.Once or OptionUse.Flag })
        .ToDictionary(pair => pair.Key.Key!, pair => pair.Value[0]);

    private void Add(OptionEntry entry, string? text)
    {
        if (text is null && entry.Use is OptionUse.Once or OptionUse.PerPool)
        {
            throw new CommandLineException($"{entry.Name}: needs a value ({entry.Option.HelpName})");
        }

        var value = entry.Read(entry.Name, text ?? "true");
        if (!_values.TryGetValue(entry, out var values))
        {
            _values[entry] = [value];
        }
        else if (entry.Use is OptionUse.PerPool or OptionUse.PerPoolFlag)
        {
            values.Add(value);
        }
        else if (entry.Use == OptionUse.Once)
        {
            throw new CommandLineException($"{entry.Name}: given more than once");
        }
    }
}
