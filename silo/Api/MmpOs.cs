using System.Globalization;
using System.Text.Json.Nodes;
using P2PMiner.Jobs;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Api;

/// <summary>What the agent of mmpOS reads.</summary>
internal static class MmpOs
{
    public static JsonObject Of(NodeView node)
    {
        var accepted = node.Shares.Accepted;
        var invalid = node.Shares.Shares.GetValueOrDefault(ShareOutcome.Invalid);
        var rejected = node.Shares.Total - accepted - invalid;
        return new()
        {
            ["busid"] = ApiJson.Texts(["cpu"]),
            ["hash"] = ApiJson.List([ApiJson.Number(node.Rates[0] ?? 0)]),
            ["units"] = "hs",
            ["air"] = ApiJson.Texts(new[] { accepted, invalid, rejected }.Select(count => count.ToString(CultureInfo.InvariantCulture))),
            ["shares"] = new JsonObject
            {
                ["accepted"] = ApiJson.List([accepted]), ["rejected"] = ApiJson.List([rejected]), ["invalid"] = ApiJson.List([invalid]),
            },
            ["miner_name"] = "p2p-miner",
            ["miner_version"] = ProgramVersion.Text,
        };
    }
}
