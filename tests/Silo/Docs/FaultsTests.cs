using System.Text.RegularExpressions;

namespace P2PMiner.Silo.Tests.Docs;

/// <summary>The list of faults names the test that shows each; a test that was renamed is noticed here.</summary>
public sealed partial class FaultsTests
{
    [Fact]
    public void Tests_NamedInTheListOfFaults_Exist()
    {
        var named = Repository.Pages.Where(page => Path.GetFileName(page.Path) == "faults.md")
            .SelectMany(page => page.Code).Select(code => TestName().Match(code)).Where(match => match.Success).ToList();
        var sources = named.Count == 0 ? [] : Sources();

        Assert.Empty(named.Where(name => name.Value != "Class.Method"
            && !Exists(name.Groups[1].Value + name.Groups[3].Value, name.Groups[2].Value, sources)).Select(name => name.Value).Distinct());
    }

    /// <summary>A class with a method that begins so, in C# or as a TEST of GoogleTest. No method: the class is enough.</summary>
    private static bool Exists(string type, string method, IReadOnlyList<string> sources)
        => sources.Any(source => (Regex.IsMatch(source, $@"\bclass {type}\b") && (method.Length == 0 || Regex.IsMatch(source, $@"\b{method}\w*\(")))
            || Regex.IsMatch(source, $@"\bTEST(_F|_P)?\({type}, *{method}"));

    private static IReadOnlyList<string> Sources() =>
    [
        .. Directory.EnumerateFiles(Repository.PathOf("tests"), "*.cs", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Repository.PathOf("native/tests"), "*.cpp", SearchOption.AllDirectories))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal))
            .Select(File.ReadAllText),
    ];

    /// <summary>Class.Method, or the first part of the method's name, with or without a * for the rest; or a class of tests.</summary>
    [GeneratedRegex(@"^([A-Z]\w*)\.([A-Z]\w*)\*?$|^([A-Z]\w*Tests)$")]
    private static partial Regex TestName();
}
