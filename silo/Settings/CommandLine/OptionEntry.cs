using System.CommandLine;

namespace P2PMiner.Silo.Settings.CommandLine;

/// <summary>How often an option may be given on a command line.</summary>
internal enum OptionUse
{
    Once,

    /// <summary>Takes no value.</summary>
    Flag,

    /// <summary>Once for all pools, or once for each.</summary>
    PerPool,

    /// <summary>As <see cref="PerPool"/>; the value, true or false, may be left out and is then true.</summary>
    PerPoolFlag,
}

/// <summary>One option: how it is written, where its value goes and what the help says about it.</summary>
/// <param name="Key">Configuration key; for a pool option the name under Pool:Pools:N. Null: not a setting.</param>
/// <param name="Read">Checks a value and gives it the form the configuration wants; throws <see cref="CommandLineException"/>.</param>
internal sealed record OptionEntry(
    Option Option, OptionUse Use, string? Key, string Help, Func<string, string, string> Read)
{
    /// <summary>The long name, which errors use.</summary>
    public string Name => Option.Name;

    /// <summary>No message may repeat its value.</summary>
    public bool IsSecret { get; init; }

    /// <summary>"-t, --threads N", as the help shows it.</summary>
    public string Synopsis
    {
        get
        {
            var name = Option.Aliases.FirstOrDefault() is { } alias ? $"{alias}, {Option.Name}" : $"    {Option.Name}";
            return Use == OptionUse.PerPoolFlag || Option.HelpName is null ? name : $"{name} {Option.HelpName}";
        }
    }

    public static OptionEntry Value(
        string name, string? alias, string valueName, string? key, Func<string, string, string> read, string help, OptionUse use = OptionUse.Once)
        => new(Make(name, alias, valueName, ArgumentArity.ZeroOrMore), use, key, help, (option, text) => read(option, Legible(option, PastedText.Trim(text))));

    /// <summary>A value that no message may repeat, and whose spaces are part of it.</summary>
    public static OptionEntry Password(string name, string valueName, string key, string help, OptionUse use)
        => new(Make(name, null, valueName, ArgumentArity.ZeroOrMore), use, key, help, ReadPassword) { IsSecret = true };

    /// <param name="value">What the key is set to when the flag is there.</param>
    public static OptionEntry Flag(string name, string? alias, string? key, string help, string value = "true")
        => new(Make(name, alias, null, ArgumentArity.Zero), OptionUse.Flag, key, help, (_, _) => value);

    // Not repeated: it may be a password in an address.
    private static string Legible(string option, string text)
        => PastedText.IsLegible(text) ? text : throw new CommandLineException($"{option}: the value {PastedText.Problem}");

    private static string ReadPassword(string option, string text)
        => PastedText.TrimPassword(text) is var password && PastedText.IsPassword(password) ? password
            : throw new CommandLineException($"{option}: the value {PastedText.Problem}");

    // Values are read as text here and not by the parser, so that every error has the same form.
    private static Option Make(string name, string? alias, string? valueName, ArgumentArity arity)
    {
        var option = new Option<string[]>(name, alias is null ? [] : [alias]) { Arity = arity, HelpName = valueName };
        return option;
    }
}
