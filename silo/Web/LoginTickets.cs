using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace P2PMiner.Silo.Web;

/// <summary>
/// What a browser gets in exchange for a token, so that it need not keep the token: the time when the ticket ends, in seconds since 1970, what it is good for
/// (look or steer), and in base64 an HMAC-SHA-256 of both under token and salt, with points between them. The salt is new with each start and never leaves the
/// process: without it, anyone who reads a ticket could check guessed tokens against it, and made-up tickets would be guesses that <see cref="WrongTries"/>
/// does not count.
/// </summary>
/// <param name="token">The full one; it makes the key for tickets of both rights.</param>
internal sealed class LoginTickets(string token, TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private const string Look = "look";
    private const string Steer = "steer";

    private readonly byte[] _key = HMACSHA256.HashData(RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes), Encoding.UTF8.GetBytes(token));

    /// <param name="right">Not <see cref="WebRight.None"/>.</param>
    public string Issue(WebRight right) => Make((clock.GetUtcNow() + Lifetime).ToUnixTimeSeconds(), right == WebRight.Steer ? Steer : Look);

    /// <returns>What it is good for; <see cref="WebRight.None"/>: nothing, it is no ticket of this process or has run out.</returns>
    public WebRight Read(string? ticket)
        => ticket?.Split('.') is [var seconds, (Look or Steer) and var right, _]
            && long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var end)
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(ticket), Encoding.UTF8.GetBytes(Make(end, right)))
            && clock.GetUtcNow().ToUnixTimeSeconds() < end
                ? right == Steer ? WebRight.Steer : WebRight.Look
                : WebRight.None;

    /// <summary>
    /// Goes into each form of a page and comes back with it. A page of another site cannot read it, so a form that carries it was made here and for this
    /// ticket. It is no ticket itself.
    /// </summary>
    public string FormProof(string ticket) => Proof($"form {ticket}");

    private string Make(long end, string right)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{end}.{right}");
        return $"{text}.{Proof(text)}";
    }

    private string Proof(string text) => Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text)));
}
