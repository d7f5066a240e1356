using System.Buffers;
using System.Text;
using CsCheck;
using P2PMiner.Hashing;
using P2PMiner.Pools.Stratum;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Stratum;

public sealed class StratumParserTests
{
    private static readonly string[] Valid =
    [
        $$"""{"id":1,"jsonrpc":"2.0","result":{"id":"abc","job":{{new FakeJob().Json}},"extensions":["algo","nicehash"],"status":"OK"},"error":null}""",
        $$"""{"jsonrpc":"2.0","method":"job","params":{{new FakeJob { NextSeedHash = new('7', 64) }.Json}}}""",
        """{"id":5,"error":{"code":-1,"message":"Low difficulty share"}}""",
        """{"method":"client.reconnect","params":["eu.pool.example",3333]}""",
        """{"id":null,"result":{"status":"KEEPALIVED"}}""",
    ];

    [Fact]
    public void Parse_Login_ReadsEveryField()
    {
        var message = Parse(Valid[0]);
        Assert.Equal((1L, "abc", "OK"), (message.Id, message.SessionId, message.Status));
        Assert.Equal(["algo", "nicehash"], message.Extensions);
        Assert.Equal(("job-1", "b88d0600", "rx/0", "3000000"), (message.Job!.JobId, message.Job.Target, message.Job.Algo, message.Job.Height));
        Assert.Null(message.Error);
    }

    [Theory]
    [InlineData("""{"id":"7","result":true}""", 7L, true, null)]
    [InlineData("""{"id":7,"result":{"status":"OK"}}""", 7L, true, null)]
    [InlineData("""{"id":7,"result":null,"error":null}""", 7L, false, null)]
    [InlineData("""{"id":7,"result":false}""", 7L, true, "refused")]
    [InlineData("""{"id":7,"error":{"message":"Low difficulty share"}}""", 7L, false, "Low difficulty share")]   // p2pool: no code
    [InlineData("""{"id":7,"error":[-1,"stale",null]}""", 7L, false, "stale")]
    [InlineData("""{"id":7,"error":"stale"}""", 7L, false, "stale")]
    [InlineData("""{"id":7,"error":{"code":-1}}""", 7L, false, "-1")]
    [InlineData("""{"id":7,"result":true,"error":""}""", 7L, true, null)]
    [InlineData("""{"id":7,"result":{"status":"OK"},"error":false}""", 7L, true, null)]
    [InlineData("""{"id":7,"result":true,"error":0}""", 7L, true, null)]
    [InlineData("""{"id":7,"result":true,"error":[]}""", 7L, true, null)]
    [InlineData("""{"id":7,"result":true,"error":{}}""", 7L, true, null)]
    [InlineData("""{"id":7,"result":true,"error":[0,"",null]}""", 7L, true, null)]
    [InlineData("""{"id":7,"result":true,"error":{"code":0,"message":" "}}""", 7L, true, null)]
    [InlineData("""{"id":7,"result":null,"error":""}""", 7L, false, null)]
    [InlineData("""{"id":7,"result":false,"error":[]}""", 7L, true, "refused")]
    [InlineData("""{"id":7,"result":[],"error":true}""", 7L, true, "error without text")]
    [InlineData("""{"id":7,"result":true,"error":21}""", 7L, true, "21")]
    [InlineData("""{"id":7,"error":{"code":21,"message":""}}""", 7L, false, "21")]
    [InlineData("""{"id":7,"error":{"code":-1,"reason":"stale"}}""", 7L, false, "stale")]
    [InlineData("""{"reject-reason":"Stale","result":false,"error":null,"id":7}""", 7L, true, "Stale")]
    [InlineData("""{"reject_reason":"Stale","result":false,"error":"","id":7}""", 7L, true, "Stale")]
    [InlineData("""{"reject-reason":"stale","result":null,"error":[20,"rejected",null],"id":7}""", 7L, false, "rejected: stale")]
    [InlineData("""{"reject-reason":"stale","result":null,"error":[20,"Stale share",null],"id":7}""", 7L, false, "Stale share")]
    [InlineData("""{"reject-reason":"stale","result":true,"error":null,"id":7}""", 7L, true, null)]
    [InlineData("""{"reject-reason":null,"result":false,"error":null,"id":7}""", 7L, true, "refused")]
    [InlineData("""{"id":null,"result":{}}""", null, true, null)]
    [InlineData("""{"id":7.5,"result":{}}""", null, true, null)]
    [InlineData("""{"id":{"a":1},"extra":[[]],"result":{"x":1}}""", null, true, null)]
    public void Parse_AnswersOfManyKinds_ReadTolerantly(string line, long? id, bool hasResult, string? error)
    {
        var message = Parse(line);
        Assert.Equal((id, hasResult, error, null), (message.Id, message.HasResult, message.Error, message.Method));
    }

    [Theory]
    [InlineData("""{"id":7,"method":"submit","result":{"status":"OK"},"error":null}""", null)]
    [InlineData("""{"id":"7","method":"mining.submit","params":["w"],"result":true,"error":[]}""", null)]
    [InlineData("""{"id":7,"method":"mining.submit","result":null,"error":[21,"Stale",null]}""", null)]
    [InlineData("""{"id":7,"method":"submit","error":{"code":-1,"message":"stale"},"params":{}}""", null)]
    [InlineData("""{"id":7,"method":"mining.subscribe","result":null,"error":null}""", null)]
    [InlineData("""{"id":7,"method":"mining.ping","params":[]}""", "mining.ping")]
    [InlineData("""{"id":7,"method":"mining.ping","params":[],"result":null,"error":null}""", "mining.ping")]
    [InlineData("""{"id":7,"method":"mining.ping","error":null}""", "mining.ping")]
    [InlineData("""{"id":null,"method":"mining.notify","params":[],"result":true}""", "mining.notify")]
    [InlineData("""{"method":"job","params":{},"error":"odd"}""", "job")]
    public void Read_IdAndResult_AreAnAnswerWhateverTheMethod(string line, string? method) => Assert.Equal(method, Parse(line).Method);

    [Fact]
    public void Parse_JobWithNumbersAsStringsAndTheOtherWayRound_SameTexts()
    {
        var job = Parse("""{"method":"job","params":{"job_id":17,"height":"3000000","target":12345678}}""").Job!;
        Assert.Equal(("17", "3000000", "12345678", null), (job.JobId, job.Height, job.Target, job.Blob));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("42")]
    [InlineData("[{\"id\":1}]")]
    [InlineData("{")]
    [InlineData("HTTP/1.1 400 Bad Request")]
    [InlineData("""{ id: null, result: [], error: true }""")]
    [InlineData("""{"error":null,"id":auth,"result":true}""")]
    public void Read_NoObject_IsGivenBackAsText(string line)
    {
        Assert.Empty(Read(line, out var unusable));
        Assert.Equal(line, unusable);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \t ")]
    [InlineData("\0")]
    [InlineData("\uFEFF")]
    public void Read_NothingInIt_IsNoMessageAndNoFault(string line)
    {
        Assert.Empty(Read(line, out var unusable));
        Assert.Null(unusable);
    }

    [Theory]
    [InlineData("{\"id\":1}\0", 1)]
    [InlineData("\0{\"id\":1}\0\0", 1)]
    [InlineData("\uFEFF{\"id\":1}", 1)]
    [InlineData("{\"id\":1}{\"id\":2}", 1, 2)]
    [InlineData("{\"id\":1} {\"id\":2}\0\uFEFF{\"id\":3}", 1, 2, 3)]
    public void Read_NulMarksAndNoLineEndBetween_EveryMessageIsRead(string line, params int[] ids)
    {
        Assert.Equal(ids.Select(id => (long?)id), Read(line, out var unusable).Select(message => message.Id));
        Assert.Null(unusable);
    }

    [Theory]
    [InlineData("{\"id\":1}}", "{\"id\":1}}")]
    [InlineData("{\"id\":1}\0{\"id\":", "{\"id\":1} {\"id\":")]
    [InlineData("{\"id\":1},", "{\"id\":1},")]
    public void Read_RubbishBehindAMessage_TheMessageCounts(string line, string expected)
    {
        Assert.Equal(1, Assert.Single(Read(line, out var unusable)).Id);
        Assert.Equal(expected, unusable);
    }

    [Theory]
    [InlineData("""["\ud83d"]""", "\uFFFD")]
    [InlineData("""["\udfff\ud83d"]""", "\uFFFD\uFFFD")]
    [InlineData("""["\ud83d\ude00 \ud83d"]""", "\U0001F600 \uFFFD")]
    [InlineData("""["\\ud83d \"\ud83d\""]""", "\\ud83d \"\uFFFD\"")]
    public void Read_HalfOfASurrogatePair_OnlyItIsReplaced(string parameters, string expected)
        => Assert.Equal(expected, Parse($$"""{"method":"client.show_message","params":{{parameters}}}""").Params[0]);

    [Fact]
    public void Read_Latin1InAnErrorMessage_TheRestOfItIsKept()
    {
        var line = Encoding.Latin1.GetBytes("""{"id":7,"error":{"code":-1,"message":"zu spät: stale"}}""");
        var message = Assert.Single(StratumParser.Read(new(line), out var unusable));
        Assert.Equal((7L, "zu sp\uFFFDt: stale", null), (message.Id, message.Error, unusable));
    }

    [Fact]
    public void Read_RandomBytes_NothingIsThrown() =>
        Gen.Byte.Array[0, 200].Sample(bytes => Survives(bytes), iter: 20_000);

    [Fact]
    public void Read_MutatedMessages_NothingIsThrownAndJobOrReason() =>
        Gen.Select(Gen.Int[0, Valid.Length - 1], Gen.Select(Gen.Int[0, 2], Gen.Int[0, 2000], Gen.Byte).Array[1, 6]).Sample((index, edits) =>
        {
            var bytes = Encoding.UTF8.GetBytes(Valid[index]).ToList();
            foreach (var (kind, at, value) in edits)
            {
                var position = at % bytes.Count;
                switch (kind)
                {
                    case 0: bytes[position] = value; break;
                    case 1: bytes.Insert(position, value); break;
                    default: bytes.RemoveAt(position); break;
                }
            }

            Survives([.. bytes]);
        }, iter: 50_000);

    /// <summary>Structure kept, values replaced: gets past the JSON reader to every check behind it.</summary>
    [Fact]
    public void Read_ArbitraryValuesInEveryField_NothingIsThrownAndJobOrReason()
    {
        var scalar = Gen.OneOf(new[]
        {
            "null", "true", "false", "0", "-1", "1e999", "18446744073709551616", "\"\"", "\"zz\"", "[]", "{}", "\"\\udfff\"",
            $"\"{new string('0', 16)}\"", $"\"{new string('f', 64)}\"", $"\"{new string('8', 900)}\"", $"\"{FakeJob.BlobHex()}\"", "\"rx/0\"", "\"b88d0600\"",
        }.Select(value => Gen.Const(value)).ToArray());
        Gen.Select(scalar.Array[7], scalar.Array[4]).Sample((job, rest) =>
        {
            string[] names = ["job_id", "blob", "target", "algo", "height", "seed_hash", "next_seed_hash"];
            var text = "{" + string.Join(',', names.Zip(job, (name, value) => $"\"{name}\":{value}")) + "}";
            Survives(Encoding.UTF8.GetBytes($"{{\"method\":\"job\",\"params\":{text}}}"));
            Survives(Encoding.UTF8.GetBytes(
                $"{{\"id\":1,\"result\":{{\"job\":{text},\"id\":{rest[0]},\"status\":{rest[1]},\"extensions\":[{rest[2]}]}},\"error\":{rest[3]}}}"));
            Survives(Encoding.UTF8.GetBytes($"{{\"method\":\"client.reconnect\",\"params\":[{rest[0]},{rest[1]}]}}"));
        }, iter: 20_000);
    }

    private static void Survives(byte[] line)
    {
        foreach (var wire in StratumParser.Read(new ReadOnlySequence<byte>(line), out _).Select(message => message.Job).OfType<StratumJob>())
        {
            var taken = new MoneroJobReader("pool:1", [Algorithm.RandomX]).TryRead(wire, out var job, out var error);
            Assert.Equal(taken, job is not null);
            Assert.Equal(taken, error is null);
            Assert.True(error is null || (error.Length < 200 && !error.Any(char.IsControl)), error);
        }
    }

    private static StratumMessage Parse(string line)
    {
        var message = Assert.Single(Read(line, out var unusable));
        Assert.Null(unusable);
        return message;
    }

    private static IReadOnlyList<StratumMessage> Read(string line, out string? unusable)
        => StratumParser.Read(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(line)), out unusable);
}
