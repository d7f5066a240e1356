using System.Text.Json.Nodes;
using P2PMiner.Silo.Web;

namespace P2PMiner.Silo.Api;

/// <summary>The cluster as server-sent events. All who listen share one reading.</summary>
internal sealed class ClusterStream(ApiReader reader, EventStream events, TimeProvider clock)
{
    public Task ServeAsync(HttpContext context) => events.ServeAsync(context, async () => await ReadAsync());

    private async Task<(string Name, string Data)> ReadAsync()
    {
        try
        {
            return ("cluster", ApiJson.OneLine(ClusterJson.Cluster(await reader.ReadClusterAsync())));
        }
        catch (Exception error) when (ApiReader.IsSilence(error))
        {
            return ("silence", ApiJson.OneLine(new JsonObject
            {
                ["time"] = clock.GetUtcNow().ToUnixTimeMilliseconds(), ["error"] = OutsideText.Clean(error.Message),
            }));
        }
    }
}
