using System.Collections;
using System.Globalization;
using System.Net;
using System.Reflection;

namespace P2PMiner.Interfaces.Tests;

/// <summary>A value as text: one line for each member that holds something by itself, "Range.First = 5", in the order of their names.</summary>
internal static class MemberLines
{
    public static IReadOnlyList<string> Of(object value)
    {
        var lines = new List<string>();
        Add("", value, lines);
        return [.. lines.Order(StringComparer.Ordinal)];
    }

    private static void Add(string path, object? value, List<string> lines)
    {
        if (value is not null && Plain(value) is not { } && value is not IEnumerable)
        {
            lines.Add($"{path}: {value.GetType().Name}");
            foreach (var member in MembersOf(value.GetType()))
            {
                Add(path.Length == 0 ? member.Name : $"{path}.{member.Name}", member.GetValue(value), lines);
            }
        }
        else if (value is IDictionary pairs)
        {
            foreach (DictionaryEntry pair in pairs)
            {
                Add($"{path}[{pair.Key}]", pair.Value, lines);
            }
        }
        else if (value is IEnumerable list and not string && !IsDefault(list) && Plain(value) is null)
        {
            var count = 0;
            foreach (var element in list)
            {
                Add($"{path}[{count++}]", element, lines);
            }

            lines.Add($"{path} has {count}");
        }
        else
        {
            lines.Add($"{path} = {(value is null || value is IEnumerable nothing and not string && IsDefault(nothing) ? "null" : Plain(value))}");
        }
    }

    /// <summary>Null: it has members or elements.</summary>
    private static string? Plain(object value) => value switch
    {
        string text => $"\"{text}\"",
        IEnumerable<byte> bytes when !IsDefault(bytes) => Convert.ToHexStringLower([.. bytes]),
        IPAddress address => address.ToString(),
        DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
        Enum or bool => value.ToString(),
        IFormattable number when value.GetType().Namespace == nameof(System) => number.ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>An immutable array without an array behind it cannot be enumerated.</summary>
    private static bool IsDefault(IEnumerable list) => list.GetType().GetProperty("IsDefault")?.GetValue(list) is true;

    /// <summary>Those that travel, or, of a type that says nothing about that, those that can be set.</summary>
    private static IEnumerable<PropertyInfo> MembersOf(Type type)
    {
        var numbered = WireValues.MembersOf(type).ToArray();
        return numbered.Length > 0 ? numbered
            : type.GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(member => member.SetMethod is not null);
    }
}
