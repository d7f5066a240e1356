namespace P2PMiner.Pools.Stratum;

/// <summary>One message of the pool. An answer has an <see cref="Id"/> and no <see cref="Method"/>.</summary>
internal sealed record StratumMessage
{
    public long? Id { get; init; }

    /// <summary>For a request that needs an answer: its id as JSON, to be sent back. Null: a notice, or an answer.</summary>
    public string? RequestId { get; init; }

    /// <summary>Null for an answer.</summary>
    public string? Method { get; init; }

    /// <summary>The scalars among the parameters of a message, by position; null for anything else.</summary>
    public IReadOnlyList<string?> Params { get; init; } = [];

    /// <summary>"mining.notify" only.</summary>
    public StratumNotify? Notify { get; init; }

    /// <summary>From the login's result or a "job" message.</summary>
    public StratumJob? Job { get; init; }

    /// <summary>The name the pool gave this login; every submit repeats it.</summary>
    public string? SessionId { get; init; }

    public string? Status { get; init; }

    /// <summary>Lower case.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = [];

    /// <summary>Not null: a refusal, in the pool's words.</summary>
    public string? Error { get; init; }

    /// <summary>
    /// The reason, if it is a refusal: given beside the error, or in place of one. Part of <see cref="Error"/> where there is one.
    /// </summary>
    public string? Reason { get; init; }

    /// <summary>A refusal, also one that has no error but no result either.</summary>
    public string? Refusal => Error ?? (HasResult ? null : Reason);

    /// <summary>The code of a refusal; null if it has none, or one that is not a whole number.</summary>
    public int? ErrorCode { get; init; }

    public bool HasResult { get; init; }

    /// <summary>The scalars of a result that is a list, by position, as in mining.subscribe.</summary>
    public IReadOnlyList<string?> Results { get; init; } = [];

    /// <summary>client.reconnect only; an empty host means the same one.</summary>
    public string? RedirectHost { get; init; }

    /// <summary>client.reconnect only; null: the same port.</summary>
    public string? RedirectPort { get; init; }
}
