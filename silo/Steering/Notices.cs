using System.Security.Cryptography;
using P2PMiner.Silo.Web;

namespace P2PMiner.Silo.Steering;

/// <summary>
/// What a page shows once after something was done from it. Only a number of it is in the page's address, so nobody can make a page show words of their own.
/// Any thread.
/// </summary>
internal sealed class Notices(TimeProvider clock)
{
    private const string Field = "notice";
    private const int Most = 64;
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(2);

    private readonly Dictionary<string, (string Text, long At)> _notices = [];

    /// <returns>The address of the page with the notice.</returns>
    public string AddTo(string path, string text)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        lock (_notices)
        {
            foreach (var old in _notices.Where(notice => clock.GetElapsedTime(notice.Value.At) > Kept).Select(notice => notice.Key).ToList())
            {
                _notices.Remove(old);
            }

            if (_notices.Count == Most)
            {
                _notices.Remove(_notices.MinBy(notice => notice.Value.At).Key);
            }

            _notices[id] = (text, clock.GetTimestamp());
        }

        return $"{path}?{Field}={id}";
    }

    /// <summary>For the top of a page; empty: there is nothing to tell, or it was shown.</summary>
    public Html Take(HttpRequest request)
    {
        lock (_notices)
        {
            return request.Query[Field].ToString() is { Length: > 0 } id && _notices.Remove(id, out var notice)
                ? Html.Of($"""<p class="message" role="status">{notice.Text}</p>""") : default;
        }
    }
}
