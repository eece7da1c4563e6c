using Microsoft.Extensions.Options;
using Trainyard.Contracts.Errors;

namespace Trainyard.ExperimentStore.Live;

internal static class LiveApi
{
    public static void MapLive(this IEndpointRouteBuilder endpoints)
    {
        var pipeline = endpoints.CreateApplicationBuilder().UseWebSockets();
        pipeline.Run(TalkAsync);
        endpoints.Map("/ws", pipeline.Build()).WithName("Live").WithSummary("WebSocket with live updates").ExcludeFromDescription();
    }

    private static async Task TalkAsync(HttpContext http)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            throw new TrainyardException(ErrorCode.ConfigInvalid, "This address speaks WebSocket only.");
        }
        var services = http.RequestServices;
        var options = services.GetRequiredService<IOptions<LiveOptions>>().Value;
        using var socket = await http.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            KeepAliveInterval = TimeSpan.FromSeconds(options.PingSeconds),
            KeepAliveTimeout = TimeSpan.FromSeconds(options.PingSeconds),
        });
        var live = new LiveSocket(socket, options);
        var hub = services.GetRequiredService<LiveHub>();
        hub.Add(live);
        try
        {
            await live.RunAsync(services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        }
        finally
        {
            hub.Remove(live);
        }
    }
}
