namespace P2PMiner.Architecture.Tests;

/// <summary>rooms.txt: what each room may use, and the edges that are to go.</summary>
internal sealed class RoomList
{
    public HashSet<Edge> Allowed { get; } = [];

    /// <summary>There today though no room should need them; the list only shrinks.</summary>
    public HashSet<Edge> ToGo { get; } = [];

    public HashSet<string> Rooms { get; } = [];

    public static RoomList Read(string path)
    {
        var list = new RoomList();
        foreach (var line in File.ReadLines(path).Where(line => line.Length > 0 && line[0] != '#'))
        {
            var colon = line.IndexOf(':');
            if (colon < 0)
            {
                throw new FormatException($"{path}: no colon in \"{line}\"");
            }

            if (line[..colon].Split(" -> ") is [var user, var used])
            {
                Assert.True(list.ToGo.Add(new(user, used)), $"{path} has {user} -> {used} twice");
                continue;
            }

            Assert.True(list.Rooms.Add(line[..colon]), $"{path} has {line[..colon]} twice");
            list.Allowed.UnionWith(line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(room => new Edge(line[..colon], room)));
        }

        return list;
    }
}
