using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace P2PMiner.Silo.Web;

/// <summary>The web of a node: the login page, behind <see cref="WebGate"/>, and whatever is mapped after it.</summary>
internal static class WebExtensions
{
    /// <summary>Nothing that is sent here is longer than a token.</summary>
    private const int MaxBodyBytes = 16 * 1024;

    /// <summary>Strangers may connect before they show a token; they must not use up the process's file descriptors.</summary>
    private const int MaxConnections = 256;

    /// <summary>Section "Web", checked at the start.</summary>
    public static IServiceCollection AddWebOptions(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<WebOptions, WebOptionsValidator>().BindConfiguration(WebOptions.Section);
        return services;
    }

    /// <param name="gate">Stands in front of all of it.</param>
    public static void AddWeb(this WebApplicationBuilder builder, IPEndPoint endPoint, WebTls tls, WebGate gate)
    {
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Listen(endPoint, listen =>
            {
                if (tls.Certificate is not null)
                {
                    listen.UseHttps(new HttpsConnectionAdapterOptions { ServerCertificate = tls.Certificate, ServerCertificateChain = tls.Chain });
                }
            });
        });
        builder.Services.AddRoutingCore().AddSingleton(gate).AddSingleton<EventStream>().AddHostedService<WebAddress>();
    }

    /// <summary>To be called before anything else of the web is added.</summary>
    public static void UseWeb(this WebApplication app)
    {
        app.Use(app.Services.GetRequiredService<WebGate>().InvokeAsync);
        app.Use(AnswerHeadAsGet);

        // Called here; otherwise it would run before the gate, and HEAD would have no endpoint.
        app.UseRouting();
        app.MapAssets();
    }

    /// <summary>The server itself leaves out the body.</summary>
    private static Task AnswerHeadAsGet(HttpContext context, RequestDelegate next)
    {
        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Request.Method = HttpMethods.Get;
        }

        return next(context);
    }
}
