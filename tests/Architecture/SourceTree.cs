using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace P2PMiner.Architecture.Tests;

/// <summary>The sources of the program, without those of the tests, and which room uses which.</summary>
internal sealed partial class SourceTree
{
    private readonly ILookup<(string Namespace, string Name), string> _rooms;
    private readonly ILookup<(string Namespace, string Name), string> _extensions;
    private readonly Dictionary<string, string> _namespaces;

    private SourceTree(string root)
    {
        Root = root;
        Projects = [.. Directory.EnumerateFiles(root, "*.csproj", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(root, path).Replace('\\', '/'))
            .Where(path => !path.StartsWith("tests/", StringComparison.Ordinal) && !path.StartsWith("build/", StringComparison.Ordinal))];
        Files = [.. Projects.SelectMany(
            project => Directory.EnumerateFiles(Path.Combine(root, Path.GetDirectoryName(project)!), "*.cs", SearchOption.AllDirectories))
            .Distinct().Where(path => !BuildOutput().IsMatch(path)).Order(StringComparer.Ordinal).Select(path => SourceFile.Read(root, path))];
        _rooms = Files.SelectMany(file => file.Types.Select(type => (Key: (file.Namespace, type), file.Room))).ToLookup(row => row.Key, row => row.Room);
        _extensions = Files.SelectMany(file => file.ExtensionMethods.Select(name => (Key: (file.Namespace, name), file.Room)))
            .ToLookup(row => row.Key, row => row.Room);
        _namespaces = Files.Where(file => file.Namespace.Length > 0).GroupBy(file => file.Namespace)
            .ToDictionary(files => files.Key, files => files.MinBy(file => file.Room.Length)!.Room);
        Uses = Files.SelectMany(UsesOf).Where(use => use.Edge.User != use.Edge.Used).ToLookup(use => use.Edge, use => use.Where);
    }

    public string Root { get; }

    /// <summary>Project files, by their paths from the root.</summary>
    public IReadOnlyList<string> Projects { get; }

    public IReadOnlyList<SourceFile> Files { get; }

    /// <summary>By edge, where it comes from: file and name.</summary>
    public ILookup<Edge, string> Uses { get; }

    public IEnumerable<string> Rooms => Files.Select(file => file.Room).Distinct();

    public static SourceTree Read([CallerFilePath] string here = "")
    {
        var folder = Path.GetDirectoryName(here);
        while (folder is not null && !File.Exists(Path.Combine(folder, "P2PMiner.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return new(folder ?? throw new DirectoryNotFoundException($"no P2PMiner.sln above {here}"));
    }

    /// <param name="root">The folder that paths of rooms begin at.</param>
    public static SourceTree At(string root) => new(root);

    /// <summary>The project that a room belongs to: the innermost above it.</summary>
    public string ProjectOf(string room) => Projects
        .Where(project => $"{room}/".StartsWith($"{Path.GetDirectoryName(project)}/", StringComparison.Ordinal)).MaxBy(project => project.Length)!;

    private IEnumerable<(Edge Edge, string Where)> UsesOf(SourceFile file)
    {
        var enclosing = Enclosing(file.Namespace).ToArray();
        var unseen = file.Usings.ToHashSet();
        foreach (var chain in file.Names.Distinct())
        {
            foreach (var (room, via) in Resolve(file, enclosing, chain))
            {
                unseen.Remove(via);
                yield return (new(file.Room, room), $"{file.Path}: {chain}");
            }
        }

        // What a `using` is there for without a name of ours below it, if for anything.
        foreach (var name in unseen)
        {
            foreach (var (room, _) in Qualified("", name, namespaceAlone: true))
            {
                yield return (new(file.Room, room), $"{file.Path}: using {name}");
            }
        }
    }

    /// <summary>
    /// The rooms that a name below the usings leads to, and the namespace in which it was found. As in C#, enclosing namespaces come before
    /// usings.
    /// </summary>
    private IEnumerable<(string Room, string Via)> Resolve(SourceFile file, string[] enclosing, string chain)
    {
        var parts = chain.Split('.');
        if (parts[0].Length > 0)
        {
            var first = enclosing.Select(name => Find(_rooms, name, parts[0])).FirstOrDefault(found => found.Count > 0)
                ?? [.. file.Usings.SelectMany(name => Find(_rooms, name, parts[0]))];
            if (first.Count > 0)
            {
                return first.Any(found => found.Room == file.Room) ? [] : first;
            }

            if (enclosing.Append("").Select(name => Qualified(name, chain, namespaceAlone: false)).FirstOrDefault(found => found.Count > 0) is { } qualified)
            {
                return qualified;
            }
        }

        // Extension methods; where the own room has one of that name, it is that one.
        return parts.Skip(1).Select(member => enclosing.Concat(file.Usings).SelectMany(name => Find(_extensions, name, member)).ToArray())
            .Where(found => found.All(method => method.Room != file.Room)).SelectMany(found => found);
    }

    /// <summary>A namespace, given from another one on, and behind it a type.</summary>
    private List<(string Room, string Via)> Qualified(string from, string chain, bool namespaceAlone)
    {
        var parts = chain.Split('.');
        for (var length = parts.Length; length > 0; length--)
        {
            var name = string.Join('.', parts.Take(length).Prepend(from).Where(part => part.Length > 0));
            if (_namespaces.TryGetValue(name, out var room))
            {
                return length < parts.Length && Find(_rooms, name, parts[length]) is { Count: > 0 } typed ? typed : namespaceAlone ? [(room, name)] : [];
            }
        }

        return [];
    }

    private static List<(string Room, string Via)> Find(ILookup<(string, string), string> known, string name, string type)
        => [.. known[(name, type)].Concat(known[(name, $"{type}Attribute")]).Distinct().Select(room => (room, name))];

    private static IEnumerable<string> Enclosing(string name)
    {
        for (; name.Length > 0; name = name[..Math.Max(0, name.LastIndexOf('.'))])
        {
            yield return name;
        }
    }

    [GeneratedRegex(@"[/\\](?:bin|obj|artifacts)[/\\]")]
    private static partial Regex BuildOutput();
}
