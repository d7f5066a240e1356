using System.Text.Json.Nodes;
using CsCheck;
using Microsoft.AspNetCore.Http;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Pools.Blobs;
using P2PMiner.Pools.Connections;
using P2PMiner.Pools.Daemon;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Daemon;

/// <summary>What a job is made of, and what a template must hold.</summary>
public sealed class DaemonTemplateTests : DaemonConnectionFixture
{
    [Fact]
    public async Task Connect_SoundTemplate_IsAJobWithEverythingInIt()
    {
        var connection = await ConnectAsync();

        var job = await NextJobAsync(connection);

        Assert.Equal((1UL, 39, 3_000_000UL), (job.Serial, job.NonceOffset, job.Height!.Value));
        Assert.Equal(Target.FromDifficulty(1000), job.Target);
        Assert.Equal(NonceRange.All, job.Nonces);
        Assert.Equal((new string('a', 64), null), (job.Seed.Hex, job.NextSeed));
        Assert.Equal(Convert.ToHexStringLower(FakeDaemon.Hash(3_000_000)), job.Parent);
        Assert.Equal($"127.0.0.1:{Daemon.Port}", job.Pool);
        Assert.Equal(job.Blob, MoneroBlobBuilder.Create((MoneroBlockTemplate)job.Template!).HashingBlob(0));
        Assert.Equal(new PoolPeer("127.0.0.1", null, null), connection.Peer);
    }

    [Fact]
    public async Task Connect_NextSeedAndWideDifficulty_AreRead()
    {
        ChangeTemplate(template =>
        {
            template["next_seed_hash"] = new string('c', 64);
            template["wide_difficulty"] = "0xf0000000000000000";
            template["difficulty"] = 0;
        });

        var job = await NextJobAsync(await ConnectAsync());

        Assert.Equal(new string('c', 64), job.NextSeed!.Hex);
        Assert.Equal(Target.FromDifficulty(System.Numerics.BigInteger.Parse("276701161105643274240", null)), job.Target);
    }

    [Theory]
    [InlineData("blocktemplate_blob", "\"0\"", "blocktemplate_blob '0' is not an even number of hex digits")]
    [InlineData("blocktemplate_blob", "\"1010\"", "timestamp at byte 2")]
    [InlineData("blocktemplate_blob", "null", "blocktemplate_blob is missing")]
    [InlineData("blockhashing_blob", "\"00\"", "blockhashing_blob is not what we compute")]
    [InlineData("reserved_offset", "-1", "reserved bytes at -1")]
    [InlineData("reserved_offset", "2147483647", "reserved bytes at 2147483647")]
    [InlineData("reserved_offset", "\"x\"", "the answer cannot be read")]
    [InlineData("prev_hash", "\"12\"", "prev_hash '12' is not 64 hex digits")]
    [InlineData("seed_hash", "\"\"", "seed_hash '' is not 64 hex digits")]
    [InlineData("next_seed_hash", "\"zz\"", "next_seed_hash 'zz' is not")]
    [InlineData("wide_difficulty", "\"0x0\"", "missing or zero")]
    [InlineData("wide_difficulty", "\"-1\"", "wide_difficulty '-1' is not 0x")]
    [InlineData("status", "\"Failed\"", "status Failed")]
    public async Task Connect_FieldOfTheTemplateIsWrong_TheErrorNamesIt(string field, string json, string expected)
    {
        ChangeTemplate(template => template[field] = JsonNode.Parse(json));

        var error = await Assert.ThrowsAsync<PoolProtocolException>(() => ConnectAsync());

        Assert.StartsWith($"127.0.0.1:{Daemon.Port} get_block_template: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("this is no JSON", "the answer cannot be read")]
    [InlineData("null", "the answer is null")]
    [InlineData("{}", "the answer has no result")]
    [InlineData("[]", "the answer cannot be read")]
    [InlineData("{\"error\":{\"code\":-5,\"message\":\"odd\\n4wallet here\"}}", "odd?(wallet address) here (code -5)")]
    public async Task Connect_AnswerIsNotATemplate_IsOneClearLine(string body, string expected)
    {
        Daemon.Replace["get_block_template"] = context => context.Response.WriteAsync(body);

        var error = await Assert.ThrowsAsync<PoolProtocolException>(() => ConnectAsync());

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("-1")]
    [InlineData("3000000.0")]
    [InlineData("[3000000]")]
    [InlineData("1e99")]
    public async Task Connect_HeightIsUnknown_TheBlockTellsIt(string json)
    {
        ChangeTemplate(template => template["height"] = JsonNode.Parse(json));

        Assert.Equal(3_000_000UL, (await NextJobAsync(await ConnectAsync())).Height);
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("-1")]
    [InlineData("1000.0")]
    public async Task Connect_DifficultyIsUnknown_TheWideOneTellsIt(string json)
    {
        ChangeTemplate(template => template["difficulty"] = JsonNode.Parse(json));

        Assert.Equal(Target.FromDifficulty(1000), (await NextJobAsync(await ConnectAsync())).Target);
    }

    [Fact]
    public async Task Connect_SeveralAlgorithms_TheFirstVersionOfRandomXIsMined()
    {
        var connection = await ConnectAsync(algorithms: [Algorithm.GhostRider, Algorithm.RandomXV2, Algorithm.RandomX]);

        Assert.Equal(Algorithm.RandomXV2, (await NextJobAsync(connection)).Algorithm);
    }

    [Fact]
    public async Task Connect_GhostRiderAlone_Throws()
        => Assert.Contains("solo mining needs rx/0 or rx/2",
            (await Assert.ThrowsAsync<PoolProtocolException>(() => ConnectAsync(algorithms: [Algorithm.GhostRider]))).Message);

    [Fact]
    public void Read_MutatedTemplate_IsReadOrAProtocolError()
    {
        var fields = Daemon.SoundTemplate().Select(pair => pair.Key).ToArray();
        var values = Gen.OneOf(
            Gen.String.Select(text => (JsonNode?)JsonValue.Create(text)), Gen.Int.Select(number => (JsonNode?)JsonValue.Create(number)),
            Gen.Byte.Array.Select(bytes => (JsonNode?)JsonValue.Create(Convert.ToHexStringLower(bytes))), Gen.Const((JsonNode?)null));
        Gen.Select(Gen.Int[0, fields.Length - 1].Select(i => fields[i]), values).Array[1, 3].Sample(changes =>
        {
            var template = Daemon.SoundTemplate();
            foreach (var (field, value) in changes)
            {
                template[field] = value?.DeepClone();
            }

            try
            {
                var read = System.Text.Json.JsonSerializer.Deserialize(template.ToJsonString(), DaemonJson.Default.TemplateResult)!;
                DaemonTemplate.Read(read, reserveSize: 4);
            }
            catch (Exception e) when (e is PoolProtocolException or System.Text.Json.JsonException)
            {
            }
        }, iter: 2_000, threads: 1);
    }
}
