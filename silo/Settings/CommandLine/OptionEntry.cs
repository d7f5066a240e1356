using System.CommandLine;
using P2PMiner.CommandLines;

namespace P2PMiner.Silo.Settings.CommandLine;

/// <summary>How often an option may be given on a command line.</summary>
internal enum OptionUse
{
    Once,

    /// <summary>Takes no value.</summary>
    Flag,

    /// <summary>Once; the value may be left out.</summary>
    FlagOrWord,

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
    /// <summary>The names of values that are paths.</summary>
    public const string FileName = "FILE";
    public const string FolderName = "DIR";

    /// <summary>The long name, which errors use.</summary>
    public string Name => Option.Name;

    /// <summary>No message may repeat its value.</summary>
    public bool IsSecret { get; init; }

    /// <summary>What its value may be, where that is one of a few words; else what is worth a proposal.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>As a shell completes it.</summary>
    public CompletedOption Completed => new([.. Option.Aliases, Name], Use == OptionUse.Flag ? ValueKind.None : Option.HelpName switch
    {
        FileName => ValueKind.File,
        FolderName => ValueKind.Folder,
        _ => Words.Count > 0 ? ValueKind.Words : ValueKind.Text,
    }, Words, MayBeLeftOut: Use is OptionUse.PerPoolFlag or OptionUse.FlagOrWord);

    /// <summary>"-t, --threads N", as the help shows it.</summary>
    public string Synopsis
    {
        get
        {
            var name = Option.Aliases.FirstOrDefault() is { } alias ? $"{alias}, {Option.Name}" : $"    {Option.Name}";
            return Use == OptionUse.PerPoolFlag || Option.HelpName is null ? name : $"{name}{(Use == OptionUse.FlagOrWord ? $"[={Option.HelpName}]" : $" {Option.HelpName}")}";
        }
    }

    public static OptionEntry Value(
        string name, string? alias, string valueName, string? key, Func<string, string, string> read, string help, OptionUse use = OptionUse.Once)
        => new(Make(name, alias, valueName, ArgumentArity.ZeroOrMore), use, key, help, (option, text) => read(option, Legible(option, PastedText.Trim(text))));

    /// <summary>A value that is one of <paramref name="words"/>.</summary>
    public static OptionEntry Choice(string name, string? alias, string valueName, string? key, string help, params string[] words)
        => Value(name, alias, valueName, key, OptionValues.OneOf(words), help) with { Words = words };

    /// <summary>A value that may be left out and is then true; one for each pool.</summary>
    public static OptionEntry Switch(string name, string key, string help)
        => Value(name, null, "BOOL", key, OptionValues.Bool, help, OptionUse.PerPoolFlag) with { Words = ["true", "false"] };

    /// <summary>A value that no message may repeat, and whose spaces are part of it.</summary>
    public static OptionEntry Password(string name, string valueName, string key, string help, OptionUse use)
        => new(Make(name, null, valueName, ArgumentArity.ZeroOrMore), use, key, help, ReadPassword) { IsSecret = true };

    /// <param name="value">What the key is set to when the flag is there.</param>
    public static OptionEntry Flag(string name, string? alias, string? key, string help, string value = "true")
        => new(Make(name, alias, null, ArgumentArity.Zero), OptionUse.Flag, key, help, (_, _) => value);

    /// <summary>A flag that may have one word behind it.</summary>
    public static OptionEntry FlagOrWord(string name, string word, string help)
        => Value(name, null, word, null, OptionValues.OneOf(word), help, OptionUse.FlagOrWord) with { Words = [word] };

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
