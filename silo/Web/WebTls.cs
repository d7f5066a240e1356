using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Web;

/// <summary>
/// The certificate of the web page for HTTPS. Read once: a node that rebuilds its silo must not end because a file is just being renewed.
/// </summary>
/// <param name="Certificate">With its private key; null: plain HTTP.</param>
/// <param name="Chain">The certificates of its file: itself and its issuers.</param>
internal sealed record WebTls(X509Certificate2? Certificate, X509Certificate2Collection Chain)
{
    /// <exception cref="ConfigurationException">A file cannot be read, or holds no certificate with its key.</exception>
    public static WebTls Load(WebOptions options)
    {
        if (options.CertificateFile is not { Length: > 0 } file)
        {
            return new(null, []);
        }

        var keyFile = options.KeyFile is { Length: > 0 } apart ? apart : file;
        var chain = new X509Certificate2Collection();
        Read("Web:CertificateFile", file, chain.ImportFromPemFile);
        if (chain.Count == 0)
        {
            throw new ConfigurationException($"Web:CertificateFile: {file}: holds no certificate in PEM form");
        }

        X509Certificate2? certificate = null;
        Read(keyFile == file ? "Web:CertificateFile" : "Web:KeyFile", keyFile, path => certificate = X509Certificate2.CreateFromPemFile(file, path));
        return new(certificate, chain);
    }

    private static void Read(string key, string path, Action<string> read)
    {
        try
        {
            read(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new ConfigurationException($"{key}: {path}: {error.Message}");
        }
    }
}
