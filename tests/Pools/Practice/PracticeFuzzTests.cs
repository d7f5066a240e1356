using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CsCheck;
using Microsoft.Extensions.Logging;
using P2PMiner.Hashing;
using P2PMiner.Interfaces.Tests;
using P2PMiner.Pools.Practice;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Practice;

public sealed class PracticeFuzzTests
{
    private static readonly string[] Sound =
    [
        """{"id":1,"jsonrpc":"2.0","method":"login","params":{"login":"w","pass":"x","agent":"a/1","rigid":"r","algo":["rx/0"]}}""",
        """{"id":2,"jsonrpc":"2.0","method":"submit","params":{"id":"0123456789abcdef","job_id":"2dc6c0-0-0","nonce":"00000000","result":"00"}}""",
        """{"id":3,"jsonrpc":"2.0","method":"keepalived","params":{"id":"0123456789abcdef"}}""",
        """{"id":1,"method":"mining.subscribe","params":["a/1"]}""",
        """{"id":2,"method":"mining.authorize","params":["w","x"]}""",
        """{"id":3,"method":"mining.extranonce.subscribe","params":[]}""",
        """{"id":4,"method":"mining.submit","params":["w","2dc6c0-0","00000000","60395340","0000000f"]}""",
    ];

    private static readonly Gen<byte[]> MutatedLine = Gen.Select(Gen.Int[0, Sound.Length - 1], Gen.Int[0, 150], Gen.Int[0, 30], Gen.Byte.Array[0, 12])
        .Select((which, at, cut, inserted) =>
        {
            var line = Encoding.UTF8.GetBytes(Sound[which]);
            at = Math.Min(at, line.Length);
            return (byte[])[.. line[..at], .. inserted, .. line[Math.Min(line.Length, at + cut)..], (byte)'\n'];
        });

    private static readonly Gen<byte[]> AnyBytes = Gen.OneOf(
        MutatedLine, MutatedLine, Gen.Byte.Array[0, 300],
        Gen.Int[0, Sound.Length - 1].Select(i => Encoding.UTF8.GetBytes(Sound[i] + "\r\n")),
        Gen.String.Select(text => Encoding.UTF8.GetBytes($"{{\"id\":1,\"method\":\"login\",\"params\":{{\"login\":\"{text}\"}}}}\n")));

    [Fact]
    public void Parse_AnyBytes_IsARequestOrNull() => AnyBytes.Sample(bytes =>
    {
        if (PracticeRequest.Parse(bytes) is { } request)
        {
            request.Login();
            request.Submit();
            var miner = new PracticeV1Miner(1, new(), TimeProvider.System);
            var block = new PracticeBlock { Height = 1, Seed = Seed.None, NextSeed = null };
            miner.Authorize("w");
            miner.JobFor(new(block, 0, 0x60395340));
            miner.Check(request.Texts(), block, out _);
            Assert.NotEmpty(PracticeReplies.Error(request.Id, "x"));
        }
    }, iter: 50_000);

    [Fact]
    public async Task Read_HostileTextInEveryField_IsNotShown()
    {
        var log = new RecordingLogger<PracticePool>();
        await using var pool = new PracticePool(new() { BanScore = 1_000_000 }, new FakeHashEngine(), TimeProvider.System, log);
        pool.Start();
        foreach (var line in Sound)
        {
            foreach (var (at, length) in TextsIn(line))
            {
                // The other fields stay sound, so that each is looked at.
                await using var miner = await RawMiner.ConnectAsync(pool.Endpoint);
                await miner.SendAsync(string.Concat(line.AsSpan(0, at), JsonSerializer.Serialize(WireValues.HostileInJson), line.AsSpan(at + length)));
                await miner.SendAsync(line);
                await miner.ReadLineAsync();
            }
        }

        Assert.Contains(log.Lines, line => line.Contains("logged in", StringComparison.Ordinal));
        Assert.All(log.Lines, line => Assert.True(line.All(OutsideText.IsHarmless), line));
    }

    /// <summary>Where the texts of a line of JSON are, with their quotes.</summary>
    private static IEnumerable<(int At, int Length)> TextsIn(string line) =>
        Regex.Matches(line, "\"[^\"]*\"").Select(match => (match.Index, match.Length));

    [Fact]
    public async Task Read_AnyBytesFromManyClients_TheServerLivesAndAGoodMinerIsServed()
    {
        var log = new RecordingLogger<PracticePool>();
        var options = new PracticePoolOptions { StartDifficulty = 16, MinDifficulty = 16, MaxDifficulty = 16, BanScore = 1_000_000 };
        await using var pool = new PracticePool(options, new FakeHashEngine(), TimeProvider.System, log);
        pool.Start();
        var (good, job) = await RawMiner.LoginAsync(pool.Endpoint);
        uint from = 0;

        await AnyBytes.Array[1, 20].SampleAsync(async pieces =>
        {
            await using var rude = await RawMiner.ConnectAsync(pool.Endpoint, "127.0.0.2");
            try
            {
                foreach (var piece in pieces)
                {
                    await rude.SendAsync(piece);
                }
            }
            catch (IOException)
            {
            }
        }, iter: 300, threads: 1);

        for (var i = 0; i < 5; i++)
        {
            var (nonce, hash) = job.Find(from);
            Assert.Null(RawMiner.ErrorOf(await good.SubmitAsync(job, nonce, hash)));
            from = nonce + 1;
        }

        await Eventually.HoldsAsync(() => pool.GetStatistics().Connections == 1, "all rude clients are gone");
        Assert.Equal(301, pool.GetStatistics().ConnectionsTotal);
        Assert.DoesNotContain(log.Entries, line => line.Level >= LogLevel.Error);
    }

    /// <summary>Behind the login, where lines that are sound JSON reach every check: each field has any value, also the right one.</summary>
    [Fact]
    public async Task Read_ArbitraryValuesOfMinersThatAreLoggedIn_TheServerLives()
    {
        var log = new RecordingLogger<PracticePool>();
        var options = new PracticePoolOptions
        {
            StartDifficulty = 16, MinDifficulty = 16, MaxDifficulty = 16, BanScore = 1_000_000, RequestsPerSecond = 100_000, RequestBurst = 100_000,
        };
        await using var pool = new PracticePool(options, new FakeHashEngine(), TimeProvider.System, log);
        pool.Start();
        string[] values =
        [
            "null", "true", "0", "-1", "1e999", "18446744073709551616", "\"\"", "\"zz\"", "[]", "{}", "[[[[[[[[[[]]]]]]]]]]",
            "\"\\udfff\"", "\"\\u0000\"", "\"rx/2\"",
            $"\"{new string('0', 8)}\"", $"\"{new string('f', 64)}\"", $"\"{new string('8', 900)}\"", "SESSION", "JOB", "\"w\"",
        ];
        string[] methods = ["login", "submit", "keepalived", "mining.subscribe", "mining.authorize", "mining.extranonce.subscribe",
            "mining.submit", "\\ud83d", "", "mining.ping"];
        var (value, method) = (Gen.Int[0, values.Length - 1].Select(which => values[which]), Gen.Int[0, methods.Length - 1].Select(which => methods[which]));

        await Gen.Select(Gen.Bool, Gen.Select(method, value, value.Array[7], Gen.Bool).Array[1, 20]).SampleAsync(async (isV1, requests) =>
        {
            await using var rude = await RawMiner.ConnectAsync(pool.Endpoint, "127.0.0.2");
            var job = "";
            if (isV1)
            {
                await rude.CallAsync("mining.subscribe", Array.Empty<string>());
                await rude.CallAsync("mining.authorize", new[] { "w", "x" });
                job = (await rude.NextV1JobIdAsync())!;
            }
            else
            {
                job = (await rude.LoginAsync()).Id;
            }

            try
            {
                foreach (var (name, id, fields, asList) in requests)
                {
                    string[] names = ["id", "job_id", "nonce", "result", "commitment", "login", "algo"];
                    var parameters = asList ? $"[{string.Join(',', fields)}]"
                        : $"{{{string.Join(',', names.Zip(fields, (field, text) => $"\"{field}\":{text}"))}}}";
                    await rude.SendAsync($"{{\"id\":{id},\"method\":\"{name}\",\"params\":{parameters}}}".Replace(
                        "SESSION", $"\"{rude.SessionId}\"").Replace("JOB", $"\"{job}\""));
                }
            }
            catch (IOException)
            {
                // It has hung up, as it may.
            }
        }, iter: 300, threads: 1);

        await Eventually.HoldsAsync(() => pool.GetStatistics().Connections == 0, "all rude clients are gone");
        var (good, _) = await RawMiner.LoginAsync(pool.Endpoint);
        await good.DisposeAsync();
        Assert.DoesNotContain(log.Entries, line => line.Level >= LogLevel.Error);
    }
}
