namespace P2PMiner.Architecture.Tests;

internal static class Circles
{
    /// <summary>One circle through each edge that lies on any, shortest ways only; each circle once, from its first room in the alphabet on.</summary>
    public static IEnumerable<string[]> Of(IReadOnlyCollection<Edge> edges)
    {
        var next = edges.ToLookup(edge => edge.User, edge => edge.Used);
        return edges.Select(edge => Way(next, edge.Used, edge.User)).OfType<string[]>().Select(Turned)
            .DistinctBy(circle => string.Join(' ', circle)).OrderBy(circle => circle.Length).ThenBy(circle => circle[0], StringComparer.Ordinal);
    }

    /// <summary>The shortest way, both ends included; null if there is none.</summary>
    private static string[]? Way(ILookup<string, string> next, string from, string to)
    {
        var before = new Dictionary<string, string?> { [from] = null };
        for (var open = new Queue<string>([from]); open.TryDequeue(out var room);)
        {
            if (room == to)
            {
                return [.. Back(before, room).Reverse()];
            }

            foreach (var other in next[room].Where(other => before.TryAdd(other, room)))
            {
                open.Enqueue(other);
            }
        }

        return null;
    }

    private static IEnumerable<string> Back(Dictionary<string, string?> before, string? room)
    {
        for (; room is not null; room = before[room])
        {
            yield return room;
        }
    }

    private static string[] Turned(string[] circle)
    {
        var start = Array.IndexOf(circle, circle.Min(StringComparer.Ordinal));
        return [.. circle[start..], .. circle[..start]];
    }
}
