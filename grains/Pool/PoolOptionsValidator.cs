using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using P2PMiner.Pool;
using P2PMiner.Pools.Connections;
using P2PMiner.Pools.Transport;

namespace P2PMiner.Grains.Pool;

/// <summary>Checks the section "Pool" at the start. Each message names the key; none quotes a secret.</summary>
internal sealed class PoolOptionsValidator : IValidateOptions<PoolOptions>
{
    public ValidateOptionsResult Validate(string? name, PoolOptions options)
    {
        var failures = new List<string>();
        var ranges = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), ranges, validateAllProperties: true);
        failures.AddRange(ranges.Select(range => $"{PoolOptions.Section}:{string.Join(",", range.MemberNames)}: {range.ErrorMessage}"));
        if (options.Pools.Count > PoolSet.MaxPools)
        {
            failures.Add($"{PoolOptions.Section}:{nameof(options.Pools)}: {options.Pools.Count} pools, more than {PoolSet.MaxPools}");
        }

        for (var i = 0; i < options.Pools.Count; i++)
        {
            string[] wrong = [.. Check(options.Pools[i])];

            // The other nodes are sent it in this form, and would refuse it.
            wrong = wrong.Length == 0 && options.Pools[i].ToNewPool().FindFault() is { } fault ? [$" {fault}"] : wrong;
            failures.AddRange(wrong.Select(failure => $"{PoolOptions.Section}:{nameof(options.Pools)}:{i}:{failure}"));
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    /// <summary>What is wrong with a pool, each beginning with the name of the setting.</summary>
    public static IEnumerable<string> Check(PoolEntry entry)
    {
        if (!PoolUrl.TryParse(entry.Url, out var url, out var urlError))
        {
            yield return $"{nameof(entry.Url)}: {urlError}";
        }

        if (string.IsNullOrWhiteSpace(entry.User))
        {
            yield return $"{nameof(entry.User)}: empty; expected the wallet address, or what the pool calls the user";
        }

        if (!string.IsNullOrEmpty(entry.TlsFingerprint) && (entry.TlsFingerprint.Length != 64 || !entry.TlsFingerprint.All(char.IsAsciiHexDigit)))
        {
            yield return $"{nameof(entry.TlsFingerprint)}: "
                + $"'{PoolText.Clean(entry.TlsFingerprint)}' is not a SHA-256 fingerprint (64 hex digits)";
        }

        if (url is not null && url.Scheme is PoolScheme.StratumTcp or PoolScheme.DaemonHttp && (entry.TlsStrict || !string.IsNullOrEmpty(entry.TlsFingerprint)))
        {
            yield return $"{(entry.TlsStrict ? nameof(entry.TlsStrict) : nameof(entry.TlsFingerprint))}: needs TLS, but {url} has none";
        }

        if (!string.IsNullOrEmpty(entry.Socks5) && !Socks5Proxy.TryParse(entry.Socks5, out _, out var proxyError))
        {
            yield return $"{nameof(entry.Socks5)}: {proxyError}";
        }

        if (!string.IsNullOrEmpty(entry.RpcLogin))
        {
            if (url is { IsDaemon: false })
            {
                yield return $"{nameof(entry.RpcLogin)}: only a daemon has one, {url} is a pool";
            }
            else if (entry.RpcLogin.IndexOf(':') < 1 || entry.RpcLogin.Any(char.IsControl))
            {
                yield return $"{nameof(entry.RpcLogin)}: expected USER:PASS, as in the daemon's --rpc-login";
            }
        }

        if (!string.IsNullOrEmpty(entry.Zmq))
        {
            if (url is { IsDaemon: false })
            {
                yield return $"{nameof(entry.Zmq)}: only a daemon publishes blocks, {url} is a pool";
            }
            else if (!Uri.TryCreate(entry.Zmq, UriKind.Absolute, out var zmq) || zmq is not { Scheme: "tcp", Port: > 0, AbsolutePath: "" or "/" }
                || !entry.Zmq.All(OutsideText.IsHarmless))
            {
                yield return $"{nameof(entry.Zmq)}: '{PoolText.Clean(entry.Zmq)}': expected tcp://host:port";
            }
        }
    }
}
