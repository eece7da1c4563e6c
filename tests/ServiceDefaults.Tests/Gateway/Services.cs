using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Trainyard.Contracts;
using Trainyard.Gateway;
using Trainyard.ServiceDefaults.Tests.Hosting;

namespace Trainyard.ServiceDefaults.Tests.Gateway;

/// <summary>A gateway in front of four services that say who they are and what they were sent.</summary>
internal sealed class Services : IAsyncDisposable
{
    private static readonly string[] Names =
        [ResourceNames.EventIngest, ResourceNames.ExperimentStore, ResourceNames.TokenizerService, ResourceNames.TrainerWorker];

    private readonly Dictionary<string, TestApp> services;

    private Services(Dictionary<string, TestApp> services, TestApp gateway) => (this.services, Gateway) = (services, gateway);

    public TestApp Gateway { get; }

    public static async Task<Services> StartAsync(Dictionary<string, string?>? settings = null)
    {
        var started = new Dictionary<string, TestApp>();
        var all = new Dictionary<string, string?>(settings ?? []);
        foreach (var name in Names)
        {
            started[name] = await TestApp.StartAsync(builder => builder.AddServiceDefaults(), app => Map(app, name));
            all[$"Services:{name}:http:0"] = started[name].Address;
        }
        var gateway = await TestApp.StartAsync(
            builder =>
            {
                builder.AddServiceDefaults();
                builder.AddGateway();
            },
            app =>
            {
                app.UsePublicPaths();
                app.MapDefaultEndpoints();
                app.MapGateway();
            },
            all);
        return new(started, gateway);
    }

    public async Task StopAsync(string name)
    {
        await services[name].DisposeAsync();
        services.Remove(name);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        foreach (var service in services.Values)
        {
            await service.DisposeAsync();
        }
    }

    private static void Map(WebApplication app, string name)
    {
        app.UseWebSockets();
        app.MapDefaultEndpoints();
        app.MapGet($"/api/{name}", () => new Named(name)).WithName($"Get{name}").WithSummary($"Only {name} has this.");
        app.MapGet("/api/runs/{id}/slow/stream", StreamAsync);
        app.MapGet("/ws", EchoAsync);
        app.MapPost("/api/sink", async (HttpRequest request) =>
        {
            await request.Body.CopyToAsync(Stream.Null);
            return TypedResults.NoContent();
        });
        app.MapFallback(async http => await http.Response.WriteAsJsonAsync(new
        {
            service = name,
            path = http.Request.Path.Value,
            query = http.Request.QueryString.Value,
            headers = http.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()),
        }));
    }

    /// <summary>Says one thing, then waits until the caller has gone.</summary>
    private static async Task StreamAsync(HttpContext http)
    {
        http.Response.ContentType = "text/event-stream";
        await http.Response.WriteAsync("data: first\n\n");
        await http.Response.Body.FlushAsync();
        await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private static async Task EchoAsync(HttpContext http)
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[1024];
        while (await socket.ReceiveAsync(buffer, http.RequestAborted) is { MessageType: not WebSocketMessageType.Close } received)
        {
            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, http.RequestAborted);
        }
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, http.RequestAborted);
    }

    private sealed record Named(string Name);
}
