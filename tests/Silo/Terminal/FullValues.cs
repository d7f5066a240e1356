using System.Collections;
using System.Collections.Immutable;
using P2PMiner.Interfaces.Tests;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Tests.Terminal;

/// <summary>
/// Values of the contract with all that they can have in them, and hostile text wherever there is text: found by reflection, so that a new
/// member is shown from its first day.
/// </summary>
/// <param name="round">Which of a member's kinds, from 0: what is shown depends on states.</param>
internal sealed class FullValues(int round)
{
    /// <summary>Enough for each value of each enumeration.</summary>
    public const int Rounds = 10;

    public static readonly NodeId Node = new(UInt128.One << 100);

    private readonly WireValues _values = new(new Random(round));

    public T Make<T>() => (T)Make(typeof(T));

    private object Make(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(string) ? WireValues.Hostile
            : type == typeof(bool) ? round % 2 == 1
            : type == typeof(double) ? round % 2 * 0.5 + 0.5
            : type == typeof(TimeSpan) ? TimeSpan.FromSeconds(5)
            : type == typeof(NodeId) ? Node
            : type.IsEnum ? Enum.GetValues(type).GetValue(round % Enum.GetValues(type).Length)!
            : type.IsPrimitive ? Convert.ChangeType(2, type)
            : typeof(IEnumerable).IsAssignableFrom(type) ? List(type)
            : _values.Made(type, member => Make(member.PropertyType));
    }

    private object List(Type type)
    {
        var items = type.GetGenericArguments();
        if (items.Length == 2)
        {
            var pairs = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(items))!;
            pairs[Make(items[0])] = Make(items[1]);
            return pairs;
        }

        var array = Array.CreateInstance(items[0], 1);
        array.SetValue(Make(items[0]), 0);
        return type.IsValueType
            ? typeof(ImmutableArray).GetMethods().Single(
                method => method is { Name: "Create", IsGenericMethod: true } && method.GetParameters() is [var one] && one.ParameterType.IsArray)
                .MakeGenericMethod(items).Invoke(null, [array])!
            : array;
    }
}
