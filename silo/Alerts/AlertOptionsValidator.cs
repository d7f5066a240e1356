using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using P2PMiner.Alerts;
using P2PMiner.Pools.Transport;

namespace P2PMiner.Silo.Alerts;

/// <summary>Rules across the settings, and for those of another node. Failures begin with the key, and repeat nothing that is secret.</summary>
internal sealed partial class AlertOptionsValidator : IValidateOptions<AlertOptions>
{
    public ValidateOptionsResult Validate(string? name, AlertOptions options)
    {
        var failures = Check(options.ToSettings(default)).ToList();
        if (!string.IsNullOrEmpty(options.MailCommand))
        {
            if (!CommandWords.TrySplit(options.MailCommand, out var words))
            {
                failures.Add($"{nameof(options.MailCommand)}: a \" is not closed");
            }
            else if (words is [] || !Path.IsPathRooted(words[0]))
            {
                failures.Add($"{nameof(options.MailCommand)}: expected the path of a program from / on, then its arguments; there is no shell");
            }
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(failures.Select(failure => $"{AlertOptions.Section}:{failure}"));
    }

    /// <summary>What is wrong, each beginning with the name of the setting.</summary>
    public static IEnumerable<string> Check(AlertSettings settings)
    {
        foreach (var (key, text) in new[]
        {
            (nameof(settings.WebhookUrl), settings.WebhookUrl), (nameof(settings.NtfyUrl), settings.NtfyUrl),
            (nameof(settings.HeartbeatUrl), settings.HeartbeatUrl),
        })
        {
            if (text is not null && WrongUrl(text) is { } wrong)
            {
                yield return $"{key}: {wrong}";
            }
        }

        if (settings.NtfyUrl is { } ntfy && WrongUrl(ntfy) is null && new Uri(ntfy).AbsolutePath == "/")
        {
            yield return $"{nameof(settings.NtfyUrl)}: has no topic; expected https://ntfy.sh/TOPIC";
        }

        if (settings.NtfyToken is { } token && token.Any(letter => letter is <= ' ' or > '~'))
        {
            // It travels in a header.
            yield return $"{nameof(settings.NtfyToken)}: has a space or a character that is not visible ASCII";
        }

        if (settings.NtfyToken is not null && settings.NtfyUrl is null)
        {
            yield return $"{nameof(settings.NtfyToken)}: has no meaning without Alerts:{nameof(settings.NtfyUrl)}";
        }

        if (settings.TelegramToken is { } bot && !BotToken().IsMatch(bot))
        {
            // It travels in an address.
            yield return $"{nameof(settings.TelegramToken)}: is not a bot's token, such as 123456:ABC-def_1";
        }

        if (settings.TelegramChat is { } chat && !Chat().IsMatch(chat))
        {
            yield return $"{nameof(settings.TelegramChat)}: '{OutsideText.Clean(chat)}' is not the number of a chat or @channel";
        }

        if (settings.TelegramToken is null != settings.TelegramChat is null)
        {
            yield return settings.TelegramToken is null
                ? $"{nameof(settings.TelegramToken)}: must be set with Alerts:{nameof(settings.TelegramChat)}"
                : $"{nameof(settings.TelegramChat)}: must be set with Alerts:{nameof(settings.TelegramToken)}";
        }

        if (settings.Socks5 is { } proxy && !Socks5Proxy.TryParse(proxy, out _, out var error))
        {
            yield return $"{nameof(settings.Socks5)}: {error}";
        }

        // The other nodes are sent it in this form, and would refuse it.
        if (settings.FindFault() is { } fault)
        {
            yield return $" {fault}";
        }
    }

    private static string? WrongUrl(string text)
        => !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http") || url.Host.Length == 0
            ? "is not an address that begins with https:// or http://"
            : url.UserInfo.Length > 0 ? "has a user before the host, which is not sent; put what identifies you into the path" : null;

    [GeneratedRegex(@"^[0-9]{1,20}:[A-Za-z0-9_-]{1,128}\z")]
    private static partial Regex BotToken();

    [GeneratedRegex(@"^(-?[0-9]{1,20}|@[A-Za-z0-9_]{1,64})\z")]
    private static partial Regex Chat();
}
