namespace P2PMiner.Pool;

/// <summary>A pool as a person typed it for a cluster that runs: at the console, or in a form. Null: not given.</summary>
public sealed record TypedPool
{
    /// <summary>A daemon's may have its login in it.</summary>
    public string? Url { get; init; }

    public string? User { get; init; }
    public string? Pass { get; init; }
    public string? RigId { get; init; }

    /// <summary>Colons between the digits are allowed.</summary>
    public string? TlsFingerprint { get; init; }

    public bool TlsStrict { get; init; }
    public string? Socks5 { get; init; }
    public bool NiceHash { get; init; }
    public bool KeepAlive { get; init; }
    public string? RpcLogin { get; init; }

    /// <summary>For a daemon, and used only where nothing else gives a login.</summary>
    public string? UsualRpcLogin { get; init; }

    /// <summary>Without what pasting adds. Whether a pool can be reached so is for the cluster to say.</summary>
    /// <param name="nameOf">What the person knows an entry by, from the name of its property here.</param>
    /// <exception cref="FormatException">
    /// An entry that is needed is missing, or one cannot be used; the message is the one line to show, begins with its name, and repeats none of it.
    /// </exception>
    public NewPool Read(Func<string, string> nameOf)
    {
        var (url, login) = DaemonLogin.Split(Legible(nameof(Url), Url) ?? throw new FormatException($"{nameOf(nameof(Url))}: give the address of the pool"));
        var isDaemon = url.StartsWith("daemon", StringComparison.OrdinalIgnoreCase);
        return new()
        {
            Url = url,
            User = Legible(nameof(User), User)
                ?? throw new FormatException($"{nameOf(nameof(User))}: give the wallet address, or what the pool calls the user"),
            Pass = Password(nameof(Pass), Pass) ?? "x",
            RigId = Legible(nameof(RigId), RigId),
            TlsFingerprint = Legible(nameof(TlsFingerprint), TlsFingerprint) is { } fingerprint ? PastedText.Fingerprint(fingerprint) : null,
            TlsStrict = TlsStrict,
            Socks5 = Legible(nameof(Socks5), Socks5),
            NiceHash = NiceHash,
            KeepAlive = KeepAlive,
            RpcLogin = login ?? Password(nameof(RpcLogin), RpcLogin) ?? (isDaemon ? Password(nameof(UsualRpcLogin), UsualRpcLogin) : null),
        };

        string? Legible(string property, string? text)
            => text is null ? null
                : PastedText.Trim(text) is var trimmed && PastedText.IsLegible(trimmed) ? Short(property, trimmed)
                : throw Unclear(property);

        string? Password(string property, string? text)
            => text is null ? null
                : PastedText.TrimPassword(text) is var trimmed && PastedText.IsPassword(trimmed) ? Short(property, trimmed)
                : throw Unclear(property);

        string Short(string property, string text)
            => text.Length <= NewPool.MaxTextChars ? text : throw new FormatException($"{nameOf(property)}: is longer than {NewPool.MaxTextChars} letters");

        FormatException Unclear(string property) => new($"{nameOf(property)}: the value {PastedText.Problem}");
    }

    /// <summary>Only its name: it has passwords, which a record would print.</summary>
    public override string ToString() => nameof(TypedPool);
}
