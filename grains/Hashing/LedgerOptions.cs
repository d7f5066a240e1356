namespace P2PMiner.Grains.Hashing;

/// <summary>The record of searched nonces. Section "Ledger".</summary>
public sealed class LedgerOptions
{
    public const string Section = "Ledger";

    /// <summary>File to append to; null: no ledger. About 10 lines a second for each hashing thread.</summary>
    public string? File { get; set; }
}
