using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Silo.Api;
using P2PMiner.Silo.History;
using P2PMiner.Silo.Pages;
using P2PMiner.Silo.Steering;
using P2PMiner.Silo.Terminal;
using P2PMiner.Silo.Tests.Api;
using P2PMiner.Silo.Tests.Steering;
using P2PMiner.Silo.Tests.Terminal;
using P2PMiner.Silo.Web;
using P2PMiner.TestKit;

namespace P2PMiner.Silo.Tests.Web;

/// <summary>The web on a free loopback port, with a cluster that the test makes up and a clock of its own.</summary>
internal sealed class WebUnderTest : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebUnderTest(WebApplication app, FakeConsoleSource source, FakeApiSource api, FakeTimeProvider clock, RecordingLogger log)
    {
        (_app, Source, Api, Clock, Log) = (app, source, api, clock, log);
        History = (FakeHistory)app.Services.GetRequiredService<IHistory>();
        Steering = (FakeSteering)app.Services.GetRequiredService<IClusterSteering>();
        Events = (FakeEventLog)app.Services.GetRequiredService<IEventLog>();
        Address = new(app.Urls.Single());
    }

    public Uri Address { get; }

    public FakeConsoleSource Source { get; }

    public FakeApiSource Api { get; }

    public FakeHistory History { get; }

    public FakeSteering Steering { get; }

    /// <summary>What was told of what somebody did.</summary>
    public FakeEventLog Events { get; }

    public FakeTimeProvider Clock { get; }

    /// <summary>Everything that any part logged, down to trace.</summary>
    public RecordingLogger Log { get; }

    /// <param name="behind">Adds what comes behind the gate.</param>
    public static async Task<WebUnderTest> StartAsync(WebOptions? options = null, Action<IApplicationBuilder>? behind = null)
    {
        var (source, clock, log) = (new FakeConsoleSource(), new FakeTimeProvider(TimeProvider.System.GetUtcNow()), new RecordingLogger());
        var api = new FakeApiSource(clock);
        options ??= new();
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log);
        using var logging = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log));
        builder.Services.AddSingleton<IMinerConsoleSource>(source).AddSingleton<IApiSource>(api).AddSingleton<TimeProvider>(clock)
            .AddSingleton<IHistory, FakeHistory>().AddSingleton(Options.Create(options)).AddApi().AddPages()
            .AddSingleton<IClusterSteering, FakeSteering>().AddSingleton<IEventLog, FakeEventLog>().AddSteering();
        builder.AddWeb(new(options.GetBindAddress(), 0), WebTls.Load(options), new(Options.Create(options), clock, logging.CreateLogger<WebGate>()));
        var app = builder.Build();
        app.UseWeb();
        app.MapApi();
        app.MapPages();
        app.MapSteering();
        behind?.Invoke(app);
        await app.StartAsync();
        return new(app, source, api, clock, log);
    }

    /// <summary>A client that follows no redirect and keeps no cookie, so that a test sees and sends what it means to.</summary>
    public HttpClient Client() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, UseCookies = false, UseProxy = false,
        SslOptions = new() { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    })
    {
        BaseAddress = Address,
    };

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var client = Client();
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await client.SendAsync(request);
    }

    public Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    public Task<HttpResponseMessage> LogInAsync(string token)
        => SendAsync(HttpMethod.Post, "/login", new FormUrlEncodedContent([KeyValuePair.Create("token", token)]));

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
