using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using P2PMiner.CommandLines;
using P2PMiner.Grains.Pool;
using P2PMiner.Native;
using P2PMiner.Pools.Connections;
using P2PMiner.Pools.Practice;
using P2PMiner.Silo.Membership;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Settings;

/// <summary>
/// The keys a configuration may have: the properties of the options classes. A key that no class has is an error, because a
/// misspelt one would otherwise leave the default in effect unnoticed.
/// </summary>
internal static class SettingsSchema
{
    /// <summary>Lists hold at most this many items.</summary>
    private const int MaxItems = 100;

    /// <summary>Every options class of the program, known by its constant Section. A room that gains one needs no change here.</summary>
    public static IReadOnlyList<(string Section, Type Options)> Sections { get; } =
    [
        .. new[] { typeof(NodeOptions), typeof(PoolOptions), typeof(PracticePoolOptions), typeof(HashEngineOptions) }
            .SelectMany(type => type.Assembly.GetTypes())
            .Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal))
            .Select(type => (type.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() as string, type))
            .Where(pair => pair.Item1 is not null)
            .Select(pair => (pair.Item1!, pair.type)),
    ];

    /// <summary>The section of an options class; empty for any other class.</summary>
    public static string SectionOf(Type options) => Sections.FirstOrDefault(entry => entry.Options == options).Section ?? "";

    /// <summary>The setting of a key, in any case; null when there is none.</summary>
    public static Setting? Find(string key)
    {
        if (Resolve(key) is not { } place || !IsLeaf(place.Type))
        {
            return null;
        }

        var property = place.Property;
        var canBeEmpty = place.Type == typeof(string) || Nullable.GetUnderlyingType(property.PropertyType) is not null;
        return new(place.Key, place.Type, canBeEmpty, [.. property.GetCustomAttributes<ValidationAttribute>()], PrivacyOf(property.Name));
    }

    /// <summary>The key that was probably meant by one that there is not; null: none is near.</summary>
    public static string? Nearest(string key)
    {
        var (parts, known) = (key.Split(':'), "");
        for (var i = 0; i < parts.Length; i++)
        {
            if (Children(known).FirstOrDefault(child => Same(child, parts[i])) is { } child)
            {
                known = known.Length == 0 ? child : $"{known}:{child}";
                continue;
            }

            if (NearestWord.Find(parts[i], Children(known)) is { } near)
            {
                var meant = string.Join(':', [.. known.Split(':', StringSplitOptions.RemoveEmptyEntries), near, .. parts[(i + 1)..]]);
                return Find(meant) is not null || IsGroup(meant) || IsList(meant) ? meant : null;
            }

            break;
        }

        // The right name in the wrong section, or in none.
        var sameName = Defaults().Select(entry => entry.Setting.Key).Where(other => Same(other.Split(':')[^1], parts[^1])).Take(2).ToList();
        return sameName.Count == 1 && !Same(sameName[0], key) ? sameName[0] : null;
    }

    /// <summary>The names that may follow a key; of the empty key the sections, of a list the numbers of its items.</summary>
    private static IEnumerable<string> Children(string key)
    {
        var type = key.Length == 0 ? null : key.Contains(':') ? Resolve(key)?.Type : Sections.FirstOrDefault(entry => Same(entry.Section, key)).Options;
        return key.Length == 0 ? Sections.Select(entry => entry.Section).Distinct()
            : type is null || IsLeaf(type) ? []
            : ItemType(type) is not null ? Enumerable.Range(0, MaxItems).Select(index => index.ToString(CultureInfo.InvariantCulture))
            : type.GetProperties().Where(property => property.CanWrite).Select(property => property.Name);
    }

    /// <summary>A key that has settings below it: a section or an item of a list.</summary>
    public static bool IsGroup(string key)
        => Sections.Any(entry => Same(entry.Section, key)) || (Resolve(key) is { } place && !IsLeaf(place.Type) && ItemType(place.Type) is null);

    public static bool IsList(string key) => Resolve(key) is { } place && ItemType(place.Type) is not null;

    /// <summary>Follows a key below its section; null if one of its parts does not exist.</summary>
    private static (string Key, Type Type, PropertyInfo Property)? Resolve(string key)
    {
        var parts = key.Split(':');
        var (canonical, type) = Sections.FirstOrDefault(entry => Same(entry.Section, parts[0]));
        PropertyInfo? property = null;
        foreach (var part in parts.Skip(1))
        {
            if (type is null || IsLeaf(type))
            {
                return null;
            }

            if (ItemType(type) is { } item)
            {
                if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index >= MaxItems)
                {
                    return null;
                }

                (type, canonical) = (item, $"{canonical}:{index}");
                continue;
            }

            property = type.GetProperties().FirstOrDefault(candidate => candidate.CanWrite && Same(candidate.Name, part));
            if (property is null)
            {
                return null;
            }

            (type, canonical) = (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, $"{canonical}:{property.Name}");
        }

        return property is null ? null : (canonical, type, property);
    }

    /// <summary>Every single-valued key with its default, in order. Lists have none until they are filled.</summary>
    public static IEnumerable<(Setting Setting, string Default)> Defaults()
    {
        foreach (var (section, type) in Sections)
        {
            var options = Activator.CreateInstance(type)!;
            foreach (var property in type.GetProperties().Where(property => property.CanWrite && ItemType(property.PropertyType) is null))
            {
                var value = Convert.ToString(property.GetValue(options), CultureInfo.InvariantCulture) ?? "";
                yield return (Find($"{section}:{property.Name}")!, value);
            }
        }
    }

    private static Privacy PrivacyOf(string name) => name switch
    {
        nameof(PoolEntry.User) => Privacy.Wallet,
        nameof(PoolEntry.Socks5) or nameof(PoolEntry.Url) => Privacy.Address,
        nameof(PoolEntry.Pass) or nameof(PoolEntry.RpcLogin) or nameof(MembershipOptions.ConnectionString) => Privacy.Secret,
        _ when name.EndsWith("Password", StringComparison.Ordinal) || name.EndsWith("Secret", StringComparison.Ordinal)
            || name.EndsWith("Token", StringComparison.Ordinal) => Privacy.Secret,
        _ when name.EndsWith("Url", StringComparison.Ordinal) => Privacy.Link,
        _ => Privacy.Open,
    };

    private static bool IsLeaf(Type type) => type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(TimeSpan);

    private static Type? ItemType(Type type)
        => type != typeof(string) && type.IsAssignableTo(typeof(IEnumerable)) && type.IsGenericType ? type.GetGenericArguments()[0] : null;

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);
}
