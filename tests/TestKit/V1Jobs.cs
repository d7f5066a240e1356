using System.Text.Json;
using P2PMiner.Jobs;
using P2PMiner.Pools.Stratum;

namespace P2PMiner.TestKit;

/// <summary>Stratum v1 jobs for tests, some of them of real blocks.</summary>
internal static class V1Jobs
{
    /// <summary>
    /// Bitcoin's block 100,000, whose hash everybody can look up: 000000000003ba27aa200b1cecaad478d2b00432346c3f1f3986da1afd33e506. Its coinbase transaction is
    /// cut so that the script's last bytes 06 02 are extranonce1 and what the miner chose.
    /// </summary>
    public const string Block100000 = "0100000050120119172a610421a6c3011dd330d9df07b63616c2cc1f1cd00200000000006657a9252aacd5c0b2940996ecff952228c3067cc38d4885efb5a4ac4247e9f3"
        + "37221b4d4c86041b0f2b5710";

    /// <summary>The same block in the words of mining.notify. The nonce and the extra nonces are not in it.</summary>
    public static StratumNotify Notify100000 { get; } = new()
    {
        JobId = "100000",
        PreviousHash = "1901125004612a1701c3a621d930d31d36b607df1fccc2160002d01c00000000",
        CoinbaseHead = "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff08044c86041b02",
        CoinbaseTail = "ffffffff0100f2052a010000004341041b0e8c2567c12536aa13357b79a073dc4444acb83c4ec7a0e2f99dd7457516c5817242da796924ca4e99947d087fedf9ce467cb9f7c62870"
            + "78f801df276fdf84ac00000000",
        Branches =
        [
            "c40297f730dd7b5a99567eb8d27b78758f607507c52292d02d4031895b52f2ff",
            "49aef42d78e3e9999c9e6ec9e1dddd6cb880bf3b076a03be1318ca789089308e",
        ],
        Version = "00000001",
        Bits = "1b04864c",
        Time = "4d1b2237",
        Clean = "true",
    };

    /// <summary>Reads a job with an extranonce1 of one byte, 06.</summary>
    public static PoolJob Read(StratumNotify notify, string extraNonce2Bytes = "1", V1JobReader? reader = null)
    {
        reader ??= new("pool:1");
        if (!reader.HasExtraNonce && reader.SetExtraNonce("06", extraNonce2Bytes) is { } fault)
        {
            throw new FormatException(fault);
        }

        return reader.TryRead(notify, out var job, out var error) ? reader.Place(job, notify.Clean) : throw new FormatException(error);
    }

    /// <summary>The JSON of a notify; text that is "true" or "false" goes out as such where <paramref name="notify"/> says whether it cleans.</summary>
    public static string Json(StratumNotify notify) =>
        $$"""{"id":null,"method":"mining.notify","params":{{JsonSerializer.Serialize(new object?[]
        {
            notify.JobId, notify.PreviousHash, notify.CoinbaseHead, notify.CoinbaseTail, notify.Branches, notify.Version, notify.Bits, notify.Time,
            notify.Clean is "true" or "false" ? notify.Clean == "true" : notify.Clean,
        })}}}""";
}
