using Trainyard.Gateway.Health;
using Trainyard.Gateway.OpenApi;
using Trainyard.Gateway.Proxy;
using Trainyard.ServiceDefaults.Configuration;

namespace Trainyard.Gateway;

public static class GatewayExtensions
{
    public static void AddGateway(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSettings<GatewayOptions>(GatewayOptions.Section);
        builder.AddProxy();
        builder.AddClientLimits();
        builder.Services.AddSingleton<ServiceClient>();
        builder.Services.AddSingleton<MergedOpenApi>();
        builder.AddServiceHealth();
    }

    public static void MapGateway(this WebApplication app)
    {
        app.MapGet("/", () => TypedResults.Redirect("/docs")).ExcludeFromDescription();
        app.MapMergedOpenApi();
        app.MapProxy();
    }
}
