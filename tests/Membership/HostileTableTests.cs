using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using P2PMiner.Interfaces.Tests;
using P2PMiner.Silo.Membership;

namespace P2PMiner.Membership.Tests;

/// <summary>Text that a member writes into the table, which Orleans logs and its dashboard shows, and each console gets as a list of members.</summary>
public sealed class HostileTableTests
{
    private static readonly SiloRow Row = new(
        new("fd00::7", 9999, 5), SiloStatus.Active, "a silo", "a host", 9998, DateTime.UnixEpoch, DateTime.UnixEpoch,
        [new(new("127.0.0.1", 1, 2), DateTime.UnixEpoch)]);

    [Fact]
    public void Parse_HostileTextInEveryField_IsCleanOrRefusedInCleanWords()
    {
        TableRequest[] requests =
        [
            new TableRequest.ReadRow(2, Row.Silo), new TableRequest.InsertRow(3, 2, 9, Row), new TableRequest.UpdateRow(4, 4, 10, Row),
            new TableRequest.UpdateIAmAlive(5, Row.Silo, DateTime.UnixEpoch), new TableRequest.CleanUp(6, DateTimeOffset.UnixEpoch),
            new TableRequest.Beacon([1, 2, 255], 7),
        ];
        TableAnswer[] answers = [new(TableOutcome.Done, 3, new(7, [Row]), Row.Silo), new(TableOutcome.Done, 0, Beacons: new(9, [new([1, 2, 3], 250)]))];
        var taken = requests.Sum(request => Spoil(
                JsonSerializer.SerializeToNode(request, TableJson.Default.TableRequest)!,
                json => JsonSerializer.Serialize(TableFrames.ParseRequest(json), TableJson.Default.TableRequest)))
            + answers.Sum(answer => Spoil(
                JsonSerializer.SerializeToNode(answer, TableJson.Default.TableAnswer)!,
                json => JsonSerializer.Serialize(TableFrames.ParseAnswer(json), TableJson.Default.TableAnswer)));

        // Names of silo and host in two requests and an answer: the rest is no text to people, and must have its form.
        Assert.True(taken >= 6, $"only {taken} were taken");
    }

    [Fact]
    public void Entry_OfARowWithHostileNames_HasCleanOnes()
    {
        var entry = (Row with { SiloName = WireValues.Hostile, HostName = WireValues.Hostile }).ToEntry();

        Assert.True((entry.SiloName + entry.HostName).All(OutsideText.IsHarmless), $"{entry.SiloName} {entry.HostName}");
    }

    /// <summary>Puts hostile text into each text of the message in turn. Returns how often it was taken.</summary>
    private static int Spoil(JsonNode message, Func<byte[], string> parse)
    {
        var taken = 0;
        foreach (var path in Texts(message).Select(text => text.GetPath()).ToArray())
        {
            foreach (var hostile in (string[])[
                WireValues.HostileInJson, $"{Find(message, path)}{WireValues.HostileInJson}", $"{Find(message, path)}%\u202e\u001b"])
            {
                var spoilt = message.DeepClone();
                Find(spoilt, path).ReplaceWith(hostile);
                try
                {
                    var kept = JsonNode.Parse(parse(Encoding.UTF8.GetBytes(spoilt.ToJsonString())))!;
                    Assert.All(Texts(kept), text => Assert.True(text.GetValue<string>().All(OutsideText.IsHarmless), $"{path}: {text.ToJsonString()}"));
                    taken++;
                }
                catch (TableProtocolException refusal)
                {
                    Assert.True(refusal.Message.All(OutsideText.IsHarmless), $"{path}: {refusal.Message}");
                }
            }
        }

        return taken;
    }

    private static IEnumerable<JsonNode> Texts(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Texts(member.Value)),
        JsonArray items => items.SelectMany(Texts),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => [value],
        _ => [],
    };

    private static JsonNode Find(JsonNode message, string path) => Texts(message).Single(text => text.GetPath() == path);
}
