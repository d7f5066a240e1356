using System.Reflection;
using P2PMiner.Hashing;

namespace P2PMiner.Interfaces.Tests;

/// <summary>
/// Every grain method and every serialised member stands in tests/contracts.txt, so that a change of the wire is a visible line in a diff.
/// To accept one, copy the text that the failing test prints into the file.
/// </summary>
public sealed class ContractsTests
{
    [Fact]
    public void Contracts_AsCompiled_MatchTheRecordedOnes()
    {
        var recorded = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "contracts.txt")).ReplaceLineEndings("\n");
        var compiled = string.Join("\n", Describe()) + "\n";

        Assert.True(recorded == compiled, $"tests/contracts.txt differs from the code, which says:\n{compiled}");
    }

    [Fact]
    public void Contracts_SerialisedMembers_HaveIdsUsedOnce()
    {
        foreach (var type in WireTypes())
        {
            var ids = Members(type).Select(member => member.Id).ToArray();
            Assert.True(ids.Distinct().Count() == ids.Length, $"{type.Name} uses an [Id] twice");
        }
    }

    private static IEnumerable<string> Describe()
    {
        var types = typeof(Hash256).Assembly.GetExportedTypes();
        foreach (var grain in types.Where(type => type.IsInterface && typeof(IGrain).IsAssignableFrom(type)).OrderBy(Alias, StringComparer.Ordinal))
        {
            yield return $"grain {Alias(grain)}";
            foreach (var method in grain.GetMethods().OrderBy(method => method.Name, StringComparer.Ordinal))
            {
                var parameters = string.Join(", ", method.GetParameters().Select(parameter => Name(parameter.ParameterType)));
                yield return $"  {method.GetCustomAttribute<AliasAttribute>()?.Alias ?? "?"}({parameters}) -> {Name(method.ReturnType)}";
            }
        }

        foreach (var type in WireTypes())
        {
            yield return $"value {Alias(type)}";
            foreach (var (id, name, memberType) in Members(type))
            {
                yield return $"  {id} {name}: {Name(memberType)}";
            }
        }

        foreach (var type in types.Where(type => type.IsEnum).OrderBy(type => type.Name, StringComparer.Ordinal))
        {
            yield return $"enum {type.Name}: " + string.Join(", ", Enum.GetNames(type).Select(name => $"{name}={Convert.ToInt64(Enum.Parse(type, name))}"));
        }
    }

    private static IEnumerable<Type> WireTypes() => typeof(Hash256).Assembly.GetExportedTypes()
        .Where(type => type.GetCustomAttribute<GenerateSerializerAttribute>() is not null)
        .OrderBy(Alias, StringComparer.Ordinal);

    private static IEnumerable<(uint Id, string Name, Type Type)> Members(Type type) => type
        .GetMembers(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        .Where(member => member is PropertyInfo or FieldInfo && member.GetCustomAttribute<IdAttribute>() is not null)
        .Select(member => (member.GetCustomAttribute<IdAttribute>()!.Id, member.Name,
            member is PropertyInfo property ? property.PropertyType : ((FieldInfo)member).FieldType))
        .OrderBy(member => member.Id);

    private static string Alias(Type type)
    {
        var alias = type.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias;
        Assert.True(alias is not null, $"{type.FullName} travels and has no [Alias]");
        return alias;
    }

    private static string Name(Type type) => !type.IsGenericType ? type.Name
        : $"{type.Name[..type.Name.IndexOf('`')]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
}
