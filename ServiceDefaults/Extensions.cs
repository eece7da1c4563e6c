using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Trainyard.Contracts.Json;
using Trainyard.ServiceDefaults.Bodies;
using Trainyard.ServiceDefaults.Errors;
using Trainyard.ServiceDefaults.Health;
using Trainyard.ServiceDefaults.OpenApi;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.ServiceDefaults.Plugins;
using Trainyard.ServiceDefaults.Security;
using Trainyard.ServiceDefaults.Telemetry;
using Trainyard.ServiceDefaults.Version;

namespace Trainyard.ServiceDefaults;

/// <summary>Defaults shared by all hosts.</summary>
public static class Extensions
{
    private const int MaxAddressBytes = 16 * 1024;

    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.AddTelemetry();
        builder.AddHealth();
        builder.AddErrors();
        builder.AddApiKey();
        builder.AddPaths();
        builder.AddPlugins();

        // Accepts every byte in a header, so that the endpoint refuses the value and says why. Kestrel's answer would be an empty 400.
        builder.Services.Configure<KestrelServerOptions>(options =>
        {
            options.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
            // A filter of 10,000 characters, or the runs that MLflow's clients name in a query, fit into an address.
            options.Limits.MaxRequestLineSize = MaxAddressBytes;
        });
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            http.AddStandardResilienceHandler();
            http.AddServiceDiscovery();
        });
        builder.Services.ConfigureHttpJsonOptions(options => WireJson.Apply(options.SerializerOptions));
        builder.Services.AddTrainyardOpenApi();
        builder.Services.AddRequestDecompression();
        builder.Services.AddCompressedResponses();
        return builder;
    }

    /// <param name="app">The host.</param>
    /// <param name="behindGateway">Whether only the gateway can reach the host. Its caller header is then trusted.</param>
    /// <param name="proxies">Whether the host forwards requests, so that bodies are left to the services behind it.</param>
    public static WebApplication MapDefaultEndpoints(this WebApplication app, bool behindGateway = false, bool proxies = false)
    {
        app.UseRequestIds();
        app.UseErrors();
        app.UseHostNames();
        if (!behindGateway)
        {
            app.RefuseTwiceEncodedSlashes();
        }
        app.RefuseForeignPages();
        app.UseApiKey(behindGateway);
        if (!proxies)
        {
            app.UseRequestBodies();
            app.RecordBodies();
        }
        app.MapHealth();
        app.MapVersion();
        app.MapWebSocketTickets();
        app.MapOpenApi().AnswerHead();
        app.MapDocs();
        return app;
    }
}
