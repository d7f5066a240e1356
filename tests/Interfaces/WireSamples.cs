using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using P2PMiner.Hashing;
using P2PMiner.Jobs;

namespace P2PMiner.Interfaces.Tests;

/// <summary>
/// Two sound values of each type that travels: one with every member set to something else than its default, and one in which only what
/// must be set is. The same at every run.
/// </summary>
internal static class WireSamples
{
    private const int BlobBytes = 76;

    /// <summary>Those that a value can be of.</summary>
    public static IEnumerable<Type> Types => WireValues.Types.Where(type => !type.IsAbstract).OrderBy(AliasOf, StringComparer.Ordinal);

    public static string AliasOf(Type type) => type.GetCustomAttribute<AliasAttribute>(inherit: false)!.Alias;

    /// <summary>All members set.</summary>
    public static object Full(Type type)
    {
        var concrete = type == typeof(ExtraNonceTemplate) ? typeof(MoneroBlockTemplate) : type;
        var value = RuntimeHelpers.GetUninitializedObject(concrete);
        foreach (var member in WireValues.MembersOf(concrete))
        {
            member.SetValue(value, Of(concrete, member));
        }

        return value;
    }

    /// <summary>As few members set as a sound value can have; the others are as the type itself makes them.</summary>
    public static object Bare(Type type)
    {
        var value = New(type);
        var full = Full(type);
        var nullability = new NullabilityInfoContext();
        foreach (var member in WireValues.MembersOf(type)
            .Where(member => member.GetValue(value) is null && nullability.Create(member).WriteState == NullabilityState.NotNull))
        {
            member.SetValue(value, member.GetValue(full));
        }

        foreach (var member in WireValues.MembersOf(type))
        {
            if (((IWireValue)value).FindFault() is null)
            {
                break;
            }

            member.SetValue(value, member.GetValue(full));
        }

        return value;
    }

    /// <summary>What the type itself gives to its members, required ones too.</summary>
    public static object New(Type type) => type.GetConstructor(Type.EmptyTypes) is not null || type.IsValueType
        ? Activator.CreateInstance(type)! : RuntimeHelpers.GetUninitializedObject(type);

    private static object Of(Type owner, PropertyInfo member) => $"{owner.Name}.{member.Name}" switch
    {
        $"{nameof(Seed)}.{nameof(Seed.Hex)}" => new string('a', 64),
        $"{nameof(StratumV1Template)}.{nameof(StratumV1Template.Time)}" => "65a1b2c3",
        _ => member.Name == "NonceOffset" ? 39 : Of(member.PropertyType, member.Name, member.GetCustomAttribute<IdAttribute>()!.Id),
    };

    private static object Of(Type type, string name, uint id)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        return bare == typeof(string) ? $"a {name}"
            : bare == typeof(bool) ? true
            : bare == typeof(double) ? id + 1.5
            : bare == typeof(TimeSpan) ? TimeSpan.FromSeconds(id + 1)
            : bare == typeof(UInt128) ? new UInt128(id + 1, id + 2)
            : bare.IsEnum ? Enum.GetValues(bare).GetValue(1)!
            : bare.IsPrimitive ? Convert.ChangeType(id + 5, bare, CultureInfo.InvariantCulture)
            : typeof(IEnumerable).IsAssignableFrom(bare) ? List(bare, name, id)
            : Full(bare);
    }

    private static object List(Type type, string name, uint id)
    {
        var arguments = type.GetGenericArguments();
        if (arguments.Length == 2)
        {
            var pairs = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(arguments))!;
            pairs[Of(arguments[0], name, id)] = Of(arguments[1], name, id);
            return pairs;
        }

        var array = Array.CreateInstance(arguments[0], arguments[0] == typeof(byte) ? BlobBytes : 2);
        for (var i = 0; i < array.Length; i++)
        {
            array.SetValue(Of(arguments[0], name, (uint)i), i);
        }

        return type.IsValueType
            ? typeof(ImmutableCollectionsMarshal)
                .GetMethod(nameof(ImmutableCollectionsMarshal.AsImmutableArray))!.MakeGenericMethod(arguments).Invoke(null, [array])!
            : array;
    }
}
