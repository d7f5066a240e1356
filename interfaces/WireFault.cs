using System.Collections;
using System.Collections.Immutable;

namespace P2PMiner;

/// <summary>What is wrong with the plain parts of a value; see <see cref="IWireValue"/>. Each gives a fault that begins with the name it is given, or null.</summary>
public static class WireFault
{
    /// <summary>Of a text that travels by itself: session names, pool URLs, key ids, refusals.</summary>
    public const int MaxTextChars = 4096;

    /// <summary>Of a list that a person reads: pools, algorithms, nodes.</summary>
    public const int MaxListed = 65_536;

    public static string? Of(string name, IWireValue? value) => value is null ? $"{name} is missing" : Optional(name, value);

    public static string? Optional(string name, IWireValue? value) => value?.FindFault() is { } fault ? $"{name}: {fault}" : null;

    public static string? Text(string name, string? text, int maxChars = MaxTextChars) => text is null ? $"{name} is missing" : OptionalText(name, text, maxChars);

    public static string? OptionalText(string name, string? text, int maxChars = MaxTextChars) => text?.Length > maxChars ? $"{name} is longer than {maxChars} characters" : null;

    public static string? Bytes(string name, ImmutableArray<byte> bytes, int most)
        => bytes.IsDefault ? $"{name} is missing" : bytes.Length > most ? $"{name} has {bytes.Length} bytes, more than {most}" : null;

    public static string? Number(string name, double number) => double.IsFinite(number) && number >= 0 ? null : $"{name} is {number}";

    public static string? Number(string name, long number, long most = long.MaxValue) => number >= 0 && number <= most ? null : $"{name} is {number}";

    public static string? Time(string name, TimeSpan time) => time >= TimeSpan.Zero ? null : $"{name} is negative";

    public static string? Member<T>(string name, T value)
        where T : struct, Enum
        => Enum.IsDefined(value) ? null : $"{name} {value} is unknown";

    /// <summary>A list that is there, with at most so many elements, none of which is missing or has a fault.</summary>
    public static string? Each(string name, IEnumerable? list, int most = MaxListed)
    {
        if (list is null)
        {
            return $"{name} is missing";
        }

        var count = 0;
        foreach (var element in list)
        {
            if (++count > most)
            {
                return $"{name} has more than {most} elements";
            }

            if (OfAny($"{name}[{count - 1}]", element) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    /// <summary>Of a value whose type is known only now. A type that nothing can be said of is a fault by itself, so that no new one slips through.</summary>
    public static string? OfAny(string name, object? value) => value switch
    {
        null => $"{name} is missing",
        IWireValue wire => Optional(name, wire),
        string text => Text(name, text),
        Enum member => Enum.IsDefined(member.GetType(), member) ? null : $"{name} {member} is unknown",
        double number => Number(name, number),
        IEnumerable list => Each(name, list),
        bool or byte or int or uint or long or ulong or TimeSpan => null,   // the range of numbers is the method's to say
        _ => $"{name} is a {value.GetType().Name}, which nothing here can check",
    };
}
