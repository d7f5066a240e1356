namespace P2PMiner.Pools.Practice;

/// <summary>A Stratum v1 share whose form and job are in order; whether its hash meets the target is still open.</summary>
internal readonly record struct CheckedV1Share(PracticeV1Job Job, byte[] Header, uint Nonce)
{
    /// <summary>The header without its nonce, hex.</summary>
    public string BlobHex { get; } = Convert.ToHexStringLower(Header.AsSpan(0, 76));
}
