using System.Collections;
using System.Collections.Immutable;

namespace P2PMiner;

/// <summary>
/// What is wrong with the plain parts of a value; see <see cref="IWireValue"/>. Each returns a fault that begins with the given name, or
/// null.
/// </summary>
public static class WireFault
{
    /// <summary>For a text that travels by itself: session names, pool URLs, key ids, refusals.</summary>
    public const int MaxTextChars = 4096;

    /// <summary>For a list that a person reads: pools, algorithms, nodes.</summary>
    public const int MaxListed = 65_536;

    public static string? Of(string name, IWireValue? value) => value is null ? $"{name} is missing" : Optional(name, value);

    public static string? Optional(string name, IWireValue? value) => value?.FindFault() is { } fault ? $"{name}: {fault}" : null;

    public static string? Text(string name, string? text, int maxChars = MaxTextChars)
        => text is null ? $"{name} is missing" : OptionalText(name, text, maxChars);

    public static string? OptionalText(string name, string? text, int maxChars = MaxTextChars)
        => text?.Length > maxChars ? $"{name} is longer than {maxChars} characters" : null;

    public static string? Bytes(string name, ImmutableArray<byte> bytes, int most)
        => bytes.IsDefault ? $"{name} is missing" : bytes.Length > most ? $"{name} has {bytes.Length} bytes, more than {most}" : null;

    public static string? Number(string name, double number) => double.IsFinite(number) && number >= 0 ? null : $"{name} is {number}";

    public static string? Number(string name, long number, long most = long.MaxValue) => number >= 0 && number <= most ? null : $"{name} is {number}";

    public static string? Time(string name, TimeSpan time) => time >= TimeSpan.Zero ? null : $"{name} is negative";

    public static string? Member<T>(string name, T value)
        where T : struct, Enum
        => Enum.IsDefined(value) ? null : $"{name} {value} is unknown to this version of p2p-miner";

    /// <summary>A list that is not missing, with at most this many elements, none of which is missing or has a fault.</summary>
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

    /// <summary>
    /// For a value whose type is known only at run time. A type that cannot be checked is a fault by itself, so that no new one is
    /// forgotten.
    /// </summary>
    public static string? OfAny(string name, object? value) => value switch
    {
        null => $"{name} is missing",
        IWireValue wire => Optional(name, wire),
        string text => Text(name, text),
        Enum member => Enum.IsDefined(member.GetType(), member) ? null : $"{name} {member} is unknown to this version of p2p-miner",
        double number => Number(name, number),
        IEnumerable list => Each(name, list),
        bool or byte or int or uint or long or ulong or TimeSpan => null,   // the method checks the range of numbers
        _ => $"{name} is a {value.GetType().Name}, which nothing here can check",
    };
}
