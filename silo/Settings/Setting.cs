using System.ComponentModel.DataAnnotations;
using System.Globalization;
using P2PMiner.Pools.Connections;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Settings;

/// <summary>One key that the configuration may have.</summary>
/// <param name="Key">In its canonical spelling, with the index of the list item.</param>
/// <param name="Type">What the text must read as.</param>
/// <param name="CanBeEmpty">An empty text stands for "automatic" or "none".</param>
/// <param name="Rules">The other rules that the options class has for it.</param>
/// <param name="Privacy">How much of its value a message may repeat.</param>
internal sealed record Setting(string Key, Type Type, bool CanBeEmpty, IReadOnlyList<ValidationAttribute> Rules, Privacy Privacy)
{
    /// <summary>The value as people may see it.</summary>
    public string Show(string value) => Privacy switch
    {
        Privacy.Secret => value.Length > 0 ? "***" : "",
        Privacy.Address => value.Contains('@') ? $"***{value[value.LastIndexOf('@')..]}" : value,
        Privacy.Link => Uri.TryCreate(value, UriKind.Absolute, out var url) ? $"{url.Scheme}://{url.Authority}/***" : value.Length > 0 ? "***" : "",
        Privacy.Wallet => Wallet.Shorten(value),
        _ => Type == typeof(bool) || Type.IsEnum ? value.ToLowerInvariant() : value,
    };

    // Times without the zeros that .NET appends to fractions.
    private static string? Show(object limit) => limit is TimeSpan { Milliseconds: > 0 } time
        ? time.ToString(@"hh\:mm\:ss\.fff", CultureInfo.InvariantCulture)
        : Convert.ToString(limit, CultureInfo.InvariantCulture);

    /// <summary>The value without the invisible characters that pasting adds.</summary>
    /// <exception cref="ConfigurationException">The text is not such a value, or is outside its range.</exception>
    public string Read(string text)
    {
        var isPassword = Privacy == Privacy.Secret && !Key.EndsWith("Token", StringComparison.Ordinal);
        text = isPassword ? PastedText.TrimPassword(text) : PastedText.Trim(text);
        if (!(isPassword ? PastedText.IsPassword(text) : PastedText.IsLegible(text)))
        {
            throw new ConfigurationException($"{Key}: the value {PastedText.Problem}");
        }

        text = Key.EndsWith(nameof(PoolEntry.TlsFingerprint), StringComparison.Ordinal) ? PastedText.Fingerprint(text) : text;
        Check(text);
        return text;
    }

    private void Check(string text)
    {
        if (text.Length == 0 && CanBeEmpty)
        {
            return;
        }

        var (value, kind) = Parse(text);
        if (value is null)
        {
            throw new ConfigurationException($"{Key}: '{Show(text)}' is not {kind}");
        }

        foreach (var rule in Rules)
        {
            if (rule is RangeAttribute range && !range.IsValid(value))
            {
                throw new ConfigurationException($"{Key}: {Show(text)} is outside {Show(range.Minimum)} to {Show(range.Maximum)}");
            }

            var context = new ValidationContext(value) { DisplayName = Key, MemberName = Key };
            if (rule is not RangeAttribute && rule.GetValidationResult(value, context) is { } failure)
            {
                throw new ConfigurationException(failure.ErrorMessage ?? $"{Key}: '{Show(text)}' is not valid");
            }
        }
    }

    private (object? Value, string Kind) Parse(string text)
    {
        var invariant = CultureInfo.InvariantCulture;
        if (Type.IsEnum)
        {
            var names = Enum.GetNames(Type);
            var name = names.FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
            return (name is null ? null : Enum.Parse(Type, name), $"one of {string.Join(", ", names.Select(name => name.ToLowerInvariant()))}");
        }

        return Type switch
        {
            _ when Type == typeof(bool) => (bool.TryParse(text, out var value) ? value : null, "true or false"),
            _ when Type == typeof(int) => (int.TryParse(text, NumberStyles.AllowLeadingSign, invariant, out var value) ? value : null, "a whole number"),
            _ when Type == typeof(long) => (long.TryParse(text, NumberStyles.AllowLeadingSign, invariant, out var value) ? value : null, "a whole number"),
            _ when Type == typeof(ulong) => (ulong.TryParse(text, NumberStyles.None, invariant, out var value) ? value : null, "a whole number"),
            _ when Type == typeof(double) => (double.TryParse(text, NumberStyles.Float, invariant, out var value) ? value : null, "a number"),
            _ when Type == typeof(TimeSpan) => (TimeSpan.TryParse(text, invariant, out var value) ? value : null, "a time such as 00:01:30"),
            _ => (text, "a text"),
        };
    }
}
