using System.Buffers;
using System.Text.Json;
using P2PMiner.Pools.Connections;

namespace P2PMiner.Pools.Stratum;

/// <summary>Answers the requests of a pool, in both dialects in the same way. Called by the one task that reads.</summary>
internal sealed class PoolRequests(StratumWire wire, PoolEndpoint endpoint, PoolStatistics statistics, TimeProvider clock, ILogger log)
{
    /// <summary>Of JSON-RPC: the method does not exist.</summary>
    private const int MethodNotFound = -32601;

    private const int AnswersAtOnce = 8;

    private readonly Allowance _allowance = new(AnswersAtOnce, clock);
    private readonly LogLimit _limit = new(clock, lines: 3, TimeSpan.FromMinutes(1));
    private readonly Task[] _sending = [.. Enumerable.Repeat(Task.CompletedTask, AnswersAtOnce)];

    /// <summary>A request that has no meaning of its own in a dialect. One without an id is a notice, and needs no answer.</summary>
    public void Answer(StratumMessage request)
    {
        if (request.RequestId is not { } id)
        {
            return;
        }

        var result = request.Method switch
        {
            "mining.ping" => "pong",
            "client.get_version" => StratumRequests.Agent,
            _ => null,
        };

        // A pool that asks without reading must not make answers pile up here, and one that keeps asking must not be answered without end.
        var free = Array.FindIndex(_sending, sending => sending.IsCompleted);
        var isAnswered = free >= 0 && _allowance.TryTake();
        if (result is null || !isAnswered)
        {
            statistics.RequestRefused();
            if (_limit.Allows(out var leftOut))
            {
                log.RequestRefused(endpoint.Url.Authority, PoolText.Clean(request.Method!, endpoint.Entry), leftOut);
            }
        }

        if (isAnswered)
        {
            _sending[free] = wire.SendAsync(Line(id, result));
        }
    }

    /// <param name="result">Null: there is no such method.</param>
    private static ReadOnlyMemory<byte> Line(string id, string? result)
    {
        var line = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WritePropertyName("id");
            json.WriteRawValue(id);
            json.WriteString("result", result);
            if (result is null)
            {
                json.WriteStartObject("error");
                json.WriteNumber("code", MethodNotFound);
                json.WriteString("message", "Method not found");
                json.WriteEndObject();
            }
            else
            {
                json.WriteNull("error");
            }

            json.WriteEndObject();
        }

        line.Write("\n"u8);
        return line.WrittenMemory;
    }
}
