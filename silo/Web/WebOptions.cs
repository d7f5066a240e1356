using System.Net;

namespace P2PMiner.Silo.Web;

/// <summary>Who can reach this node's web page, and how. Its port is Node:HttpPort. Section "Web".</summary>
public sealed class WebOptions
{
    public const string Section = "Web";

    /// <summary>
    /// Address that the web page is served on. Default 127.0.0.1: this machine only. One that other machines can reach needs a <see
    /// cref="Token"/>.
    /// </summary>
    public string Bind { get; set; } = "127.0.0.1";

    /// <summary>
    /// What every request must show, on loopback too; who shows it may also steer; secret. 16 visible ASCII characters or more. Null or empty: no token is
    /// needed.
    /// </summary>
    public string? Token { get; set; }

    /// <summary>
    /// Whoever shows this one may only look; secret, and another than <see cref="Token"/>, without which there is none. Null or empty: no second token.
    /// </summary>
    public string? ViewToken { get; set; }

    /// <summary>PEM file with the certificate for HTTPS, those of its issuers after it. Null or empty: plain HTTP.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>PEM file with the certificate's private key, not encrypted. Null or empty: it is in <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; set; }

    /// <summary>
    /// The API only tells, and POST /json_rpc is refused. Default true. False: whoever shows <see cref="Token"/>, or anybody where none is set, may also pause and
    /// resume this node by it.
    /// </summary>
    public bool ReadOnly { get; set; } = true;

    /// <summary>Pages of any other site, opened in somebody's browser, may read the API if they have the <see cref="Token"/>. Default false.</summary>
    public bool Cors { get; set; }

    public IPAddress GetBindAddress() => IPAddress.Parse(Bind);
}
