using System.Net;
using Microsoft.Extensions.Options;

namespace P2PMiner.Silo.Web;

/// <summary>Rules across the settings. Failures start with the key, and never repeat the token.</summary>
internal sealed class WebOptionsValidator : IValidateOptions<WebOptions>
{
    /// <summary>
    /// There are 94^16 tokens: at 100,000 tries a second, more than a machine answers, one of random characters is found after 10^18 years
    /// on average, and one of hex digits after 3 million.
    /// </summary>
    private const int MinTokenLength = 16;

    public ValidateOptionsResult Validate(string? name, WebOptions options)
    {
        var failures = Failures(options).ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> Failures(WebOptions options)
    {
        var hasToken = !string.IsNullOrEmpty(options.Token);
        if (!IPAddress.TryParse(options.Bind, out var bind))
        {
            yield return $"Web:Bind: '{options.Bind}' is not an IP address";
        }
        else if (!IPAddress.IsLoopback(bind) && !hasToken)
        {
            yield return $"Web:Token: must be set when Web:Bind (--http-bind) is {bind}, which other machines can reach; "
                + $"give {MinTokenLength} or more characters in the environment as P2P_WEB__TOKEN, or in the configuration file";
        }

        foreach (var (key, token) in new[] { ("Web:Token", options.Token ?? ""), ("Web:ViewToken", options.ViewToken ?? "") })
        {
            if (token.Length is > 0 and < MinTokenLength)
            {
                yield return $"{key}: is shorter than {MinTokenLength} characters";
            }

            // It travels in a header.
            if (token.Any(letter => letter is <= ' ' or > '~'))
            {
                yield return $"{key}: has a space or a character that is not visible ASCII";
            }
        }

        if (!string.IsNullOrEmpty(options.ViewToken) && !hasToken)
        {
            yield return "Web:ViewToken: needs a Web:Token beside it, or whoever has no token could look too";
        }
        else if (hasToken && options.ViewToken == options.Token)
        {
            yield return "Web:ViewToken: is the same as Web:Token, with which one may also steer";
        }

        if (options.Cors && !hasToken)
        {
            yield return "Web:Cors: needs a Web:Token, or any page in a browser of this machine could read the API";
        }

        if (!string.IsNullOrEmpty(options.KeyFile) && string.IsNullOrEmpty(options.CertificateFile))
        {
            yield return "Web:KeyFile: has no meaning without Web:CertificateFile";
        }
    }
}
