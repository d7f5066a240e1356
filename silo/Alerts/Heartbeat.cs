namespace P2PMiner.Silo.Alerts;

/// <summary>
/// An address that is asked each minute, as healthchecks.io has it: whoever keeps it tells the owner when nobody asks any more. One caller at a time.
/// </summary>
internal sealed class Heartbeat(AlertHttp http, string url) : IAlertSink
{
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    public string Name => "heartbeat";

    public string Where { get; } = new Uri(url).Authority;

    /// <summary>As while all is well.</summary>
    public Task<SinkAnswer> SendAsync(AlertMessage message, CancellationToken cancellation) => BeatAsync(isWell: true, cancellation);

    public async Task<SinkAnswer> BeatAsync(bool isWell, CancellationToken cancellation)
    {
        var address = new UriBuilder(url);
        address.Path = isWell ? address.Path : $"{address.Path.TrimEnd('/')}/fail";
        using var request = new HttpRequestMessage(HttpMethod.Get, address.Uri);
        return await http.SendAsync(request, cancellation);
    }
}
