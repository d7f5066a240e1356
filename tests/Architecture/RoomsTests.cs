using System.Xml.Linq;

namespace P2PMiner.Architecture.Tests;

/// <summary>
/// Which room may use which stands in tests/Architecture/rooms.txt, and nothing else is used. An edge that is missing there is either a
/// wrong turn in the code or a decision: then it gets its word in the file, in the same commit.
/// </summary>
public sealed class RoomsTests
{
    private static readonly SourceTree Tree = SourceTree.Read();
    private static readonly RoomList List = RoomList.Read(Path.Combine(Tree.Root, "tests/Architecture/rooms.txt"));

    [Fact]
    public void Rooms_UseWhatIsListed_AndNothingElse()
    {
        var unlisted = Tree.Uses.Where(use => !List.Allowed.Contains(use.Key)).OrderBy(use => use.Key.ToString(), StringComparer.Ordinal);

        None(unlisted.Select(use => $"{use.Key}\n    {string.Join("\n    ", use.Distinct().Take(5))}"), "not in tests/Architecture/rooms.txt");
    }

    [Fact]
    public void List_HasNoEdge_ThatNothingUses()
        => None(List.Allowed.Where(edge => !Tree.Uses.Contains(edge)).Select(edge => edge.ToString()), "in tests/Architecture/rooms.txt and used by nothing");

    [Fact]
    public void List_HasEveryRoom_AndNoOther()
    {
        None(Tree.Rooms.Except(List.Rooms), "rooms without a line in tests/Architecture/rooms.txt");
        None(List.Rooms.Except(Tree.Rooms), "lines of tests/Architecture/rooms.txt without a room");
    }

    [Fact]
    public void List_OfAllRooms_HasNoCircle() => None(Circles.Of(List.Allowed).Select(circle => string.Join(" -> ", circle)), "circles of rooms");

    /// <summary>A reference that no room of the project needs would let in what the list keeps out.</summary>
    [Fact]
    public void Projects_ReferenceWhatTheirRoomsUse_AndNothingElse()
    {
        foreach (var project in Tree.Projects)
        {
            var folder = Path.Combine(Tree.Root, Path.GetDirectoryName(project)!);
            var referenced = XDocument.Load(Path.Combine(Tree.Root, project)).Descendants("ProjectReference")
                .Select(reference => Path.GetRelativePath(Tree.Root, Path.GetFullPath(Path.Combine(folder, reference.Attribute("Include")!.Value))));
            var used = Tree.Uses.Select(use => use.Key).Where(edge => Tree.ProjectOf(edge.User) == project)
                .Select(edge => Tree.ProjectOf(edge.Used)).Where(other => other != project);

            Assert.Equal(used.Distinct().Order(StringComparer.Ordinal), referenced.Order(StringComparer.Ordinal));
        }
    }

    /// <summary>A `using` for a whole project would make edges that no source shows.</summary>
    [Fact]
    public void Projects_ImportNoNamespaceOfOurs()
        => None(Tree.Projects.Where(project => XDocument.Load(Path.Combine(Tree.Root, project)).Descendants("Using")
            .Any(import => import.Attribute("Include")?.Value.StartsWith("P2PMiner", StringComparison.Ordinal) == true)), "projects with a <Using> of ours");

    private static void None(IEnumerable<string> wrong, string what)
    {
        var all = wrong.ToArray();
        Assert.True(all.Length == 0, $"{all.Length} {what}:\n{string.Join('\n', all)}");
    }
}
