using Microsoft.Extensions.Options;
using Trainyard.Contracts.Errors;

namespace Trainyard.ExperimentStore.Live;

internal static class LiveApi
{
    public static void MapLive(this IEndpointRouteBuilder endpoints)
    {
        var pipeline = endpoints.CreateApplicationBuilder().UseWebSockets();
        pipeline.Run(ServeAsync);
        endpoints.Map("/ws", pipeline.Build())
            .WithName("Live").WithSummary("WebSocket: live updates of the runs subscribed to").WithTags("Live");
    }

    private static async Task ServeAsync(HttpContext http)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            throw new TrainyardException(ErrorCode.ConfigInvalid, "This address accepts WebSocket connections only.");
        }
        var options = http.RequestServices.GetRequiredService<IOptions<LiveOptions>>().Value;
        using var socket = await http.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            KeepAliveInterval = options.PingEvery,
            KeepAliveTimeout = options.PingEvery,
        });
        using var subscriber = http.RequestServices.GetRequiredService<StoreTelemetry>().Subscriber();
        await new LiveSocket(socket, http.RequestServices.GetRequiredService<LiveHub>(), options)
            .RunAsync(http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
    }
}
