using System.Reflection;
using Microsoft.Extensions.Logging;

namespace P2PMiner.Silo.Tests;

/// <summary>Over every [LoggerMessage] of every assembly of the two programs.</summary>
public sealed class LogLineTests
{
    /// <summary>Ids of one room: a class owns each hundred that it uses.</summary>
    private const int Block = 100;

    private static readonly IReadOnlyList<(string Class, LoggerMessageAttribute Message)> Lines =
    [
        .. Ours(typeof(Program).Assembly).Append(typeof(global::P2PMiner.Client.Program).Assembly).Distinct().SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(
                BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .SelectMany(method => method.GetCustomAttributes<LoggerMessageAttribute>().Select(message => (method.DeclaringType!.FullName!, message))),
    ];

    [Fact]
    public void Lines_OfAllRooms_AreFound() => Assert.InRange(Lines.Select(line => line.Class).Distinct().Count(), 13, 99);

    [Fact]
    public void EventIds_OfAllRooms_AreUnique()
        => Assert.Empty(Lines.GroupBy(line => line.Message.EventId).Where(id => id.Count() > 1)
            .Select(id => $"{id.Key}: {string.Join(", ", id.Select(line => line.Class))}"));

    [Fact]
    public void EventIds_OfARoom_LieInABlockOfItsOwn()
        => Assert.Empty(Lines.GroupBy(line => line.Message.EventId / Block, line => line.Class).Where(block => block.Distinct().Count() > 1)
            .Select(block => $"{block.Key * Block}: {string.Join(", ", block.Distinct())}"));

    [Fact]
    public void Messages_OfAllRooms_BeginInLowerCase()
        => Assert.Empty(Lines.Where(line => line.Message.Message.Length == 0 || char.IsUpper(line.Message.Message[0]))
            .Select(line => $"{line.Class}: {line.Message.Message}"));

    private static IEnumerable<Assembly> Ours(Assembly assembly)
        => assembly.GetReferencedAssemblies().Where(name => name.Name!.StartsWith("P2PMiner.", StringComparison.Ordinal))
            .SelectMany(name => Ours(Assembly.Load(name)))
            .Prepend(assembly);
}
