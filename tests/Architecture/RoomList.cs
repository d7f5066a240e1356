namespace P2PMiner.Architecture.Tests;

/// <summary>rooms.txt: what each room may use.</summary>
internal sealed class RoomList
{
    public HashSet<Edge> Allowed { get; } = [];

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

            Assert.True(list.Rooms.Add(line[..colon]), $"{path} has {line[..colon]} twice");
            list.Allowed.UnionWith(line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(room => new Edge(line[..colon], room)));
        }

        return list;
    }
}
