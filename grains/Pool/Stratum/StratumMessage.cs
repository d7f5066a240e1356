namespace P2PMiner.Grains.Pool.Stratum;

/// <summary>One line from the pool. An answer has an <see cref="Id"/> and no <see cref="Method"/>.</summary>
internal sealed record StratumMessage
{
    public long? Id { get; init; }

    /// <summary>Null for an answer.</summary>
    public string? Method { get; init; }

    /// <summary>From the login's result or a "job" message.</summary>
    public StratumJob? Job { get; init; }

    /// <summary>The name the pool gave this login; every submit repeats it.</summary>
    public string? SessionId { get; init; }

    public string? Status { get; init; }

    /// <summary>Lower case.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = [];

    /// <summary>Not null: a refusal, in the pool's words.</summary>
    public string? Error { get; init; }

    public bool HasResult { get; init; }

    /// <summary>client.reconnect only; an empty host means the same one.</summary>
    public string? RedirectHost { get; init; }

    /// <summary>client.reconnect only; null: the same port.</summary>
    public string? RedirectPort { get; init; }
}
