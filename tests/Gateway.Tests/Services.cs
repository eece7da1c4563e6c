using System.Globalization;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Trainyard.Contracts;
using Trainyard.Gateway.BrowserSecurity;
using Trainyard.Gateway.Dashboard;
using Trainyard.Harness.Hosting;
using Trainyard.ServiceDefaults;

namespace Trainyard.Gateway.Tests;

/// <summary>A gateway in front of services that say who they are and what they were sent.</summary>
internal sealed class Services : IAsyncDisposable
{
    private static readonly string[] Names =
    [
        ResourceNames.EventIngest, ResourceNames.ExperimentStore, ResourceNames.TokenizerService, ResourceNames.TrainerWorker,
        ResourceNames.Notifier,
    ];

    private readonly Dictionary<string, List<TestApp>> services;

    private Services(Dictionary<string, List<TestApp>> services, TestApp gateway) => (this.services, Gateway) = (services, gateway);

    public TestApp Gateway { get; }

    /// <param name="settings">The gateway's.</param>
    /// <param name="replicas">How many of each service.</param>
    public static async Task<Services> StartAsync(Dictionary<string, string?>? settings = null, int replicas = 1)
    {
        var started = new Dictionary<string, List<TestApp>>();
        var all = new Dictionary<string, string?>(settings ?? []);
        foreach (var name in Names)
        {
            started[name] = [];
            for (var replica = 0; replica < replicas; replica++)
            {
                started[name].Add(await TestApp.StartAsync(builder => builder.AddServiceDefaults(), app => Map(app, name)));
                all[$"Services:{name}:http:{replica}"] = started[name][replica].Address;
            }
        }
        var gateway = await TestApp.StartAsync(
            builder =>
            {
                builder.AddServiceDefaults();
                builder.AddGateway();
            },
            app =>
            {
                app.UsePageHeaders();
                app.UseResponseCompression();
                app.UseDashboard();
                app.UsePublicPaths();
                app.MapDefaultEndpoints(proxies: true);
                app.MapGateway();
            },
            all);
        return new(started, gateway);
    }

    public string AddressOf(string name) => services[name][0].Address;

    /// <summary>Stops the first replica of a service.</summary>
    public async Task StopAsync(string name)
    {
        await services[name][0].DisposeAsync();
        services[name].RemoveAt(0);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        foreach (var service in services.Values.SelectMany(replicas => replicas))
        {
            await service.DisposeAsync();
        }
    }

    private static void Map(WebApplication app, string name)
    {
        app.UseWebSockets();
        app.MapDefaultEndpoints(behindGateway: true);
        app.MapGet($"/api/{name}", () => new Named(name)).WithName($"Get{name}").WithSummary($"Only {name} has this.");
        app.MapGet("/api/runs/{id}/slow/stream", StreamAsync);
        app.MapGet("/ws", EchoAsync);
        app.MapGet("/api/sandboxed", http =>
        {
            http.Response.Headers.ContentSecurityPolicy = "sandbox";
            return Task.CompletedTask;
        });
        app.MapPost("/api/sink", async (HttpRequest request) =>
        {
            await request.Body.CopyToAsync(Stream.Null);
            return TypedResults.NoContent();
        });
        app.Map("/api/runs/{id}/cut", (HttpContext http) => http.Abort());
        app.MapFallback(async http => await http.Response.WriteAsJsonAsync(new
        {
            service = name,
            port = http.Connection.LocalPort.ToString(CultureInfo.InvariantCulture),
            body = await new StreamReader(http.Request.Body).ReadToEndAsync(),
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
