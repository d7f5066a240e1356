using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace P2PMiner.TestKit;

/// <summary>Answers like a daemon on a chain that the test moves; each answer can be replaced by whatever the test wants to see handled.</summary>
internal sealed class FakeDaemon : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Random _random = new(1);
    private readonly Lock _gate = new();

    private FakeDaemon(WebApplication app) => _app = app;

    public int Port { get; private set; }

    public ulong Height { get; private set; } = 3_000_000;

    public int Transactions { get; set; } = 3;

    /// <summary>Bytes that requests were answered with, by method.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>The blocks handed in, hex.</summary>
    public ConcurrentQueue<string> Submitted { get; } = new();

    /// <summary>By method name: changes the sound answer; throws nothing; null result sends "null".</summary>
    public ConcurrentDictionary<string, Func<JsonObject, JsonNode?>> Change { get; } = new();

    /// <summary>By method name: replaces the whole HTTP answer.</summary>
    public ConcurrentDictionary<string, Func<HttpContext, Task>> Replace { get; } = new();

    /// <summary>How sound answers are compressed; null: not.</summary>
    public string? Encoding { get; set; }

    /// <summary>What stands before sound answers.</summary>
    public byte[] Prefix { get; set; } = [];

    public static async Task<FakeDaemon> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        var app = builder.Build();
        var daemon = new FakeDaemon(app);
        app.Run(daemon.AnswerAsync);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        daemon.Port = new Uri(address).Port;
        return daemon;
    }

    /// <summary>Somebody found a block.</summary>
    public void MoveOn()
    {
        lock (_gate)
        {
            Height++;
        }
    }

    public JsonObject SoundTemplate()
    {
        lock (_gate)
        {
            var block = PlainMonero.MakeBlock(_random, Transactions, height: Height, previous: Hash(Height));
            return new JsonObject
            {
                ["blocktemplate_blob"] = Convert.ToHexStringLower(block.Block),
                ["blockhashing_blob"] = Convert.ToHexStringLower(block.HashingBlob),
                ["difficulty"] = 1000,
                ["wide_difficulty"] = "0x3e8",
                ["height"] = Height,
                ["prev_hash"] = Convert.ToHexStringLower(Hash(Height)),
                ["reserved_offset"] = block.ReservedOffset,
                ["seed_hash"] = new string('a', 64),
                ["next_seed_hash"] = "",
                ["status"] = "OK",
            };
        }
    }

    /// <summary>The hash of the block before that height.</summary>
    public static byte[] Hash(ulong height) => PlainMonero.Keccak(BitConverter.GetBytes(height));

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == "/getheight")
        {
            await AnswerAsync(context, "getheight", new JsonObject
            {
                ["height"] = Height,
                ["hash"] = Convert.ToHexStringLower(Hash(Height)),
                ["status"] = "OK",
            });
            return;
        }

        if (context.Request.ContentLength is null)
        {
            throw new InvalidOperationException("monerod reads no chunks");
        }

        var request = (await JsonNode.ParseAsync(context.Request.Body))!;
        var method = (string)request["method"]!;
        JsonObject result;
        switch (method)
        {
            case "get_block_template":
                result = SoundTemplate();
                break;
            case "submit_block":
                Submitted.Enqueue((string)request["params"]![0]!);
                result = new JsonObject { ["status"] = "OK" };
                break;
            default:
                result = new JsonObject { ["block_header"] = new JsonObject { ["hash"] = new string('b', 64) } };
                break;
        }

        await AnswerAsync(context, method, new JsonObject { ["id"] = "0", ["jsonrpc"] = "2.0", ["result"] = result });
    }

    private async Task AnswerAsync(HttpContext context, string method, JsonObject sound)
    {
        Asked.Enqueue(method);
        if (Replace.TryGetValue(method, out var replace))
        {
            await replace(context);
            return;
        }

        var answer = Change.TryGetValue(method, out var change) ? change(sound) : sound;
        byte[] bytes = [.. Prefix, .. System.Text.Encoding.UTF8.GetBytes(answer?.ToJsonString() ?? "null")];
        if (Encoding is null)
        {
            await context.Response.Body.WriteAsync(bytes);
            return;
        }

        context.Response.Headers.ContentEncoding = Encoding;
        await using Stream packing = Encoding == "br" ? new BrotliStream(context.Response.Body, CompressionLevel.Fastest)
            : new GZipStream(context.Response.Body, CompressionLevel.Fastest);
        await packing.WriteAsync(bytes);
    }
}
