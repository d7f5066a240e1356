namespace P2PMiner.Grains.Jobs;

/// <summary>Names the blob that nonces belong to: two jobs with the same bytes have the same key, and share one nonce space.</summary>
/// <param name="BlobId">The job table's number for the pool's blob or template.</param>
/// <param name="ExtraNonce">Which blob made from a template; 0 without one.</param>
internal readonly record struct NonceKey(ulong BlobId, uint ExtraNonce);
