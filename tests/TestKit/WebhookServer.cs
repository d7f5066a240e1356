using System.Net;

namespace P2PMiner.TestKit;

/// <summary>An HTTP server that keeps what it is sent, and answers what a test wants. Any thread.</summary>
internal sealed class WebhookServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly List<Request> _requests = [];
    private readonly Task _serving;

    public WebhookServer()
    {
        Port = FreePorts.Take();
        // Whatever host is asked for: a test's proxy connects here for each.
        _listener.Prefixes.Add($"http://*:{Port}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port { get; }

    public string Url => $"http://127.0.0.1:{Port}";

    /// <summary>The answer to each request: status and body.</summary>
    public Func<Request, (int Status, string Body)> Answer { get; set; } = _ => (200, "");

    /// <summary>A header of each answer, "Name: value"; null: none.</summary>
    public string? Header { get; set; }

    public IReadOnlyList<Request> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    public IReadOnlyList<string> Bodies => [.. Requests.Select(request => request.Body)];

    public void Dispose()
    {
        _listener.Close();
        _serving.GetAwaiter().GetResult();
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream);
                var request = new Request(
                    context.Request.HttpMethod, context.Request.Url!.PathAndQuery, await reader.ReadToEndAsync(),
                    context.Request.Headers.AllKeys.OfType<string>().ToDictionary(
                        name => name, name => context.Request.Headers[name] ?? "", StringComparer.OrdinalIgnoreCase));
                lock (_requests)
                {
                    _requests.Add(request);
                }

                var (status, body) = Answer(request);
                context.Response.StatusCode = status;
                if (Header?.Split(": ") is [var name, var value])
                {
                    context.Response.AddHeader(name, value);
                }

                await using var writer = new StreamWriter(context.Response.OutputStream);
                await writer.WriteAsync(body);
            }
            catch (Exception end) when (end is HttpListenerException or ObjectDisposedException or IOException)
            {
                // The end of the server, or of a client that waits no longer.
            }
        }
    }

    internal sealed record Request(string Method, string Path, string Body, IReadOnlyDictionary<string, string> Headers);
}
