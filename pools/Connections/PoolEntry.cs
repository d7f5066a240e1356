using P2PMiner.Pool;

namespace P2PMiner.Pools.Connections;

/// <summary>One pool as configured.</summary>
public sealed class PoolEntry
{
    /// <summary>
    /// stratum+tcp://host:port, stratum+ssl://host:port, daemon+http://host:port or daemon+https://host:port. A login before the host of a daemon goes to
    /// <see cref="RpcLogin"/> when the settings are read.
    /// </summary>
    public string Url { get; set; } = "";

    /// <summary>The wallet address, or what the pool calls the user. For a daemon: the address that block rewards go to.</summary>
    public string User { get; set; } = "";

    /// <summary>Never logged. Default "x", as pools expect when they ask for none.</summary>
    public string Pass { get; set; } = "x";

    /// <summary>Name of this rig in the pool's statistics; in Stratum v1 it follows the user after a dot.</summary>
    public string? RigId { get; set; }

    /// <summary>SHA-256 of the pool's certificate (DER), 64 hex digits. Set: only that certificate is accepted.</summary>
    public string? TlsFingerprint { get; set; }

    /// <summary>Accept only a certificate whose chain and name the system trusts.</summary>
    public bool TlsStrict { get; set; }

    /// <summary>host:port or user:pass@host:port of a SOCKS5 proxy, as written; the pool's name is resolved there.</summary>
    public string? Socks5 { get; set; }

    /// <summary>Leave the last nonce byte to the pool, even when it does not say so. Not used in Stratum v1, like the next one.</summary>
    public bool NiceHash { get; set; }

    /// <summary>Send keepalived each minute of silence, even when the pool does not offer it.</summary>
    public bool KeepAlive { get; set; }

    /// <summary>Daemon only: tcp://host:port of its --zmq-pub, to hear of new blocks at once.</summary>
    public string? Zmq { get; set; }

    /// <summary>
    /// Daemon only: USER:PASS of its --rpc-login. Never logged, and never sent as it is: digest authentication proves that we know it.
    /// </summary>
    public string? RpcLogin { get; set; }

    /// <summary>
    /// Moves a login out of <see cref="Url"/>. If <see cref="RpcLogin"/> is set already, the login stays in the URL, and is refused as a
    /// wrong URL.
    /// </summary>
    internal PoolEntry TakeLogin()
    {
        if (string.IsNullOrEmpty(RpcLogin) && DaemonLogin.Split(Url) is (var url, { } login))
        {
            (Url, RpcLogin) = (url, login);
        }

        return this;
    }

    internal static PoolEntry Of(NewPool pool) => new PoolEntry
    {
        // From the network: what the type calls required may still be missing.
        Url = pool.Url ?? "",
        User = pool.User ?? "",
        Pass = pool.Pass ?? "x",
        RigId = pool.RigId,
        TlsFingerprint = pool.TlsFingerprint,
        TlsStrict = pool.TlsStrict,
        Socks5 = pool.Socks5,
        NiceHash = pool.NiceHash,
        KeepAlive = pool.KeepAlive,
        Zmq = pool.Zmq,
        RpcLogin = pool.RpcLogin,
    }.TakeLogin();

    internal NewPool ToNewPool() => new()
    {
        Url = Url,
        User = User,
        Pass = Pass,
        RigId = RigId,
        TlsFingerprint = TlsFingerprint,
        TlsStrict = TlsStrict,
        Socks5 = Socks5,
        NiceHash = NiceHash,
        KeepAlive = KeepAlive,
        Zmq = Zmq,
        RpcLogin = RpcLogin,
    };
}
