using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace P2PMiner.Silo.Web;

/// <summary>
/// What a browser gets in exchange for the token, so that it need not keep the token: the time when the ticket ends, in seconds since 1970,
/// a point, and in base64 an HMAC-SHA-256 of that time under token and salt. The salt is new with each start and never leaves the process:
/// without it, anyone who reads a ticket could check guessed tokens against it, and made-up tickets would be guesses that
/// <see cref="WrongTries"/> does not count.
/// </summary>
internal sealed class LoginTickets(string token, TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private readonly byte[] _key = HMACSHA256.HashData(RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes), Encoding.UTF8.GetBytes(token));

    public string Issue() => Make((clock.GetUtcNow() + Lifetime).ToUnixTimeSeconds());

    public bool IsValid(string? ticket)
        => ticket is not null
            && long.TryParse(ticket.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var end)
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(ticket), Encoding.UTF8.GetBytes(Make(end)))
            && clock.GetUtcNow().ToUnixTimeSeconds() < end;

    private string Make(long end)
    {
        var text = end.ToString(CultureInfo.InvariantCulture);
        return $"{text}.{Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text)))}";
    }
}
