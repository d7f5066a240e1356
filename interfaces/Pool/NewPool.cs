namespace P2PMiner.Pool;

/// <summary>
/// A pool that is added while mining, or that the nodes of a cluster tell each other. Carries a password.
/// </summary>
[GenerateSerializer, Immutable, Alias("p2p.NewPool")]
public sealed record NewPool : IWireValue
{
    /// <summary>The longest that each text may be.</summary>
    public const int MaxTextChars = 512;

    /// <summary>stratum+tcp://, stratum+ssl://, daemon+http:// or daemon+https:// and host:port.</summary>
    [Id(0)] public required string Url { get; init; }

    /// <summary>The wallet address, or what the pool calls the user.</summary>
    [Id(1)] public required string User { get; init; }

    /// <summary>Default "x", as pools expect when they ask for none.</summary>
    [Id(2)] public string Pass { get; init; } = "x";

    [Id(3)] public string? RigId { get; init; }

    /// <summary>SHA-256 of the only certificate to accept, 64 hex digits.</summary>
    [Id(4)] public string? TlsFingerprint { get; init; }

    /// <summary>Accept only a certificate that the system trusts.</summary>
    [Id(5)] public bool TlsStrict { get; init; }

    /// <summary>host:port of a SOCKS5 proxy, perhaps with user:pass@ before it.</summary>
    [Id(6)] public string? Socks5 { get; init; }

    /// <summary>Leave the last nonce byte to the pool.</summary>
    [Id(7)] public bool NiceHash { get; init; }

    [Id(8)] public bool KeepAlive { get; init; }

    /// <summary>Daemon only: tcp://host:port of its --zmq-pub.</summary>
    [Id(9)] public string? Zmq { get; init; }

    /// <summary>Daemon only: USER:PASS of its --rpc-login.</summary>
    [Id(10)] public string? RpcLogin { get; init; }

    /// <summary>
    /// Each text goes to a pool as it is, so unsuitable characters are refused, not cleaned. The rules are those for text that an owner
    /// types, and no stricter: if other nodes refused what one node was started with, they would have no pool.
    /// </summary>
    public string? FindFault() => Url is null || User is null || Pass is null ? "a pool without URL, user or password"
        : Texts.Concat(Secrets).Any(text => text?.Length > MaxTextChars) ? $"a setting of the pool is longer than {MaxTextChars} letters"
        : Texts.Any(text => text is not null && !PastedText.IsLegible(text)) || Secrets.Any(text => text is not null && !PastedText.IsPassword(text))
            ? $"a setting of the pool {PastedText.Problem}"
        : null;

    private string?[] Texts => [Url, User, RigId, TlsFingerprint, Socks5, Zmq];

    private string?[] Secrets => [Pass, RpcLogin];

    /// <summary>Only its address: the rest is secret or private, and a record would print it all.</summary>
    public override string ToString() => $"pool {Url}";
}
