using P2PMiner.Interfaces.Tests;
using P2PMiner.Silo.Tests.Docs;

namespace P2PMiner.Silo.Tests.Compat;

/// <summary>
/// An upgrade takes one machine after the other, so for a while a cluster is of two versions. What the older one sends, and what it has left
/// in the data folder, is read by this one: docs/dev/compatibility.md.
/// </summary>
public sealed class CompatTests
{
    /// <summary>Names a folder: the vectors are written there instead of tested. See make compat-base.</summary>
    private const string RecordTo = "COMPAT_RECORD";

    private const string HowToMove = "if older nodes are to be left behind on purpose, move the base: docs/dev/compatibility.md";

    public static TheoryData<string, string> Recorded => [.. CompatVectors.Files
        .SelectMany(file => CompatMessage.Parse(CompatVectors.Read(file.FileName)).Select(message => (file.FileName, message.Name)))];

    [Theory]
    [MemberData(nameof(Recorded))]
    public void Read_MessageOfTheBase_HoldsWhatItsWriterPutIn(string fileName, string name)
    {
        var file = CompatVectors.Files.Single(file => file.FileName == fileName);
        var message = CompatMessage.Parse(CompatVectors.Read(fileName)).Single(message => message.Name == name);

        var lost = message.Lines.Except(MemberLines.Of(file.Read(message))).ToArray();

        Assert.True(lost.Length == 0, $"{name} of the older version is read otherwise than it was written. Lost:\n{string.Join('\n', lost)}\n{HowToMove}");
    }

    [Fact]
    public void Recorded_WireTypes_AreAllThatTheBaseHad()
    {
        var recorded = CompatMessage.Parse(CompatVectors.Read(new WireMessages().FileName)).Select(message => message.Name.Split(' ')[0]).Distinct();
        var contract = CompatVectors.Read(CompatVectors.Contract).Split('\n').Where(line => line.StartsWith("value ", StringComparison.Ordinal))
            .Select(line => line["value ".Length..]);

        // An abstract type is not sent by itself, and exceptions are Orleans' business.
        Assert.Equal(["p2p.ExtraNonceTemplate", "p2p.WireValueException"], contract.Except(recorded));
    }

    [Fact]
    public void Contract_OfTheBase_IsPartOfTodays()
    {
        var today = Statements(File.ReadAllText(Repository.PathOf("tests/contracts.txt")).ReplaceLineEndings("\n"));
        var missing = Statements(CompatVectors.Read(CompatVectors.Contract)).Except(today).ToArray();

        Assert.True(missing.Length == 0, $"older nodes rely on this, and it is gone or changed:\n{string.Join('\n', missing)}\n{HowToMove}");
    }

    [Fact]
    public void Versions_AreThoseOfTheBase()
        => Assert.True(CompatVectors.Read(CompatVectors.Versions) == CompatVectors.VersionsNow,
            $"the base has\n{CompatVectors.Read(CompatVectors.Versions)}and this version\n{CompatVectors.VersionsNow}A raised version leaves older nodes "
            + $"behind, so the base moves with it: docs/dev/compatibility.md");

    [Fact]
    public void CompatBase_IsOneCommit()
        => Assert.Matches("^(#[^\n]*\n)+[0-9a-f]{40}\n$", File.ReadAllText(Repository.PathOf("packaging/compat-base")).ReplaceLineEndings("\n"));

    [Fact]
    public void Record_ThenParse_GivesTheSame()
    {
        foreach (var file in CompatVectors.Files)
        {
            var made = file.Make().ToArray();
            var parsed = CompatMessage.Parse(CompatMessage.Write(made));
            Assert.Equal(made.Select(message => (message.Name, Convert.ToHexString(message.Bytes), string.Join('\n', message.Lines))),
                parsed.Select(message => (message.Name, Convert.ToHexString(message.Bytes), string.Join('\n', message.Lines))));
            Assert.All(parsed, message => Assert.Equal(message.Lines, MemberLines.Of(file.Read(message))));
        }
    }

    [Fact]
    public void Record_WhenAskedTo_WritesTheVectors()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(RecordTo) is null, $"records only where {RecordTo} names a folder");
        CompatVectors.Record(Environment.GetEnvironmentVariable(RecordTo)!);
    }

    /// <summary>"p2p.JobStatus 0 Generation: UInt64", "enum Algorithm RandomX=0": one for each promise.</summary>
    private static List<string> Statements(string contract)
    {
        var (statements, owner) = (new List<string>(), "");
        foreach (var line in contract.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("enum ", StringComparison.Ordinal))
            {
                var parts = line.Split(": ", 2);
                statements.AddRange(parts[1].Split(", ").Select(member => $"{parts[0]} {member}"));
            }
            else if (line.StartsWith(' '))
            {
                statements.Add($"{owner} {line.Trim()}");
            }
            else
            {
                statements.Add(owner = line);
            }
        }

        return statements;
    }
}
