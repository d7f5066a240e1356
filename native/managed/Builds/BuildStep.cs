namespace P2PMiner.Native;

internal enum BuildStepKind
{
    /// <summary>What <see cref="AlgorithmSetup.Create"/> does: take the memory, compute the cache, or measure the lanes.</summary>
    Create,

    /// <summary>Take the memory for items from the dataset in use.</summary>
    Inherit,

    /// <summary>Compute items [First, First + Count).</summary>
    Fill,

    /// <summary>Give the cache back, measure.</summary>
    Finish,

    /// <summary>Exchange the dataset in use for this one.</summary>
    Adopt,

    /// <summary>Meanwhile, on each hashing thread: make its context.</summary>
    Equip,
}

/// <summary>One uninterrupted piece of work on a dataset.</summary>
internal readonly record struct BuildStep(BuildStepKind Kind, ulong First = 0, ulong Count = 0);
