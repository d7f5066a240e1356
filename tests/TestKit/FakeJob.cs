using System.Text.Json;

namespace P2PMiner.TestKit;

/// <summary>A job as a pool writes it, valid unless the test makes it otherwise.</summary>
internal sealed record FakeJob
{
    public string JobId { get; init; } = "job-1";

    /// <summary>76 bytes: version 16.16, a timestamp of 5 bytes, parent, nonce at 39, tree root, one transaction.</summary>
    public string Blob { get; init; } = BlobHex();

    public string Target { get; init; } = "b88d0600";
    public string? Algo { get; init; } = "rx/0";
    public ulong? Height { get; init; } = 3_000_000;
    public string? SeedHash { get; init; } = new('5', 64);
    public string? NextSeedHash { get; init; }

    public string Json => JsonSerializer.Serialize(new Dictionary<string, object?>
    {
        ["job_id"] = JobId,
        ["blob"] = Blob,
        ["target"] = Target,
        ["algo"] = Algo,
        ["height"] = Height,
        ["seed_hash"] = SeedHash,
        ["next_seed_hash"] = NextSeedHash,
    }.Where(pair => pair.Value is not null).ToDictionary());

    public static string BlobHex(byte parent = 0xab, uint nonce = 0, byte root = 0xcd) =>
        Convert.ToHexStringLower(Blob76(parent, nonce, root));

    public static byte[] Blob76(byte parent = 0xab, uint nonce = 0, byte root = 0xcd)
    {
        var blob = new byte[76];
        new byte[] { 16, 16, 0x80, 0x90, 0xa0, 0xb0, 0x06 }.CopyTo(blob, 0);
        blob.AsSpan(7, 32).Fill(parent);
        BitConverter.TryWriteBytes(blob.AsSpan(39), nonce);
        blob.AsSpan(43, 32).Fill(root);
        blob[75] = 1;
        return blob;
    }
}
