using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;
using P2PMiner.Jobs;

namespace P2PMiner.Pools.Blobs;

/// <summary>The hashing blobs of one job: the pool's own, or one for each extra nonce.</summary>
internal abstract class JobBlobs
{
    public abstract ImmutableArray<byte> Get(uint extraNonce);

    /// <exception cref="WireValueException">No blobs can be made from the job's template.</exception>
    public static JobBlobs Of(PoolJob job) => job.Template switch
    {
        null => new SharedBlob(job.Blob),
        MoneroBlockTemplate template => new MoneroBlobs(BuilderOf(job, template)),
        StratumV1Template template => new V1Headers(job.Blob, template),
        _ => throw new UnreachableException($"no blobs for {job.Template.GetType().Name}"),
    };

    private static MoneroBlobBuilder BuilderOf(PoolJob job, MoneroBlockTemplate template)
    {
        try
        {
            var builder = MoneroBlobBuilder.Create(template);
            return builder.NonceOffset == job.NonceOffset ? builder
                : throw new WireValueException($"the nonce of the block is at {builder.NonceOffset}, that of the job at {job.NonceOffset}");
        }
        catch (UnusableTemplateException unreadable)
        {
            throw new WireValueException(unreadable.Message);
        }
    }

    private sealed class SharedBlob(ImmutableArray<byte> blob) : JobBlobs
    {
        public override ImmutableArray<byte> Get(uint extraNonce) => blob;
    }

    private sealed class V1Headers(ImmutableArray<byte> header, StratumV1Template template) : JobBlobs
    {
        public override ImmutableArray<byte> Get(uint extraNonce)
            => ImmutableCollectionsMarshal.AsImmutableArray(V1Header.Build(header.AsSpan(), template, extraNonce));
    }

    private sealed class MoneroBlobs(MoneroBlobBuilder builder) : JobBlobs
    {
        public override ImmutableArray<byte> Get(uint extraNonce) => ImmutableCollectionsMarshal.AsImmutableArray(builder.HashingBlob(extraNonce));
    }
}
