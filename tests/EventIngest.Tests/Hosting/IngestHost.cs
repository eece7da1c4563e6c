using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Json;
using Trainyard.Harness.OpenApi;
using Trainyard.ServiceDefaults;
using Trainyard.ServiceDefaults.Messaging;

namespace Trainyard.EventIngest.Tests.Hosting;

/// <summary>Ingest on a real port, with a store that remembers beside it, or on the other side of a broker.</summary>
internal sealed class IngestHost : IAsyncDisposable
{
    private static readonly AnswerCheck.KnownDocument Document = new();

    private readonly WebApplication app;

    private IngestHost(WebApplication app, RecordingStore store)
    {
        this.app = app;
        Store = store;
        Address = new Uri(app.Urls.First());
        var connections = new SocketsHttpHandler { MaxConnectionsPerServer = 64 };
        Http = new HttpClient(new AnswerCheck(connections, Document)) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
    }

    public RecordingStore Store { get; }

    public HttpClient Http { get; }

    public Uri Address { get; }

    public IServiceProvider Services => app.Services;

    public static async Task<IngestHost> StartAsync(
        Dictionary<string, string?>? settings = null, string? rabbitMq = null, bool withStore = true, string? queue = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["BUS:TRANSPORT"] = (rabbitMq is null ? BusTransport.InMemory : BusTransport.RabbitMq).ToString();
        builder.Configuration["ConnectionStrings:rabbitmq"] = rabbitMq;
        foreach (var (key, value) in settings ?? [])
        {
            builder.Configuration[key] = value;
        }
        var store = new RecordingStore();
        builder.Services.AddSingleton(store);
        builder.Services.AddSingleton<IEventStore>(store);
        builder.AddServiceDefaults();
        builder.AddEventIngest();
        if (withStore && rabbitMq is not null)
        {
            builder.ConfigureBus(
                bus => bus.AddConsumer<RecordingStore.Consumer>().Endpoint(endpoint => endpoint.Name = queue ?? "recording-store"));
        }
        builder.AddBus();
        builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        var built = builder.Build();
        built.MapDefaultEndpoints(behindGateway: true);
        built.MapEventIngest();
        await built.StartAsync();
        return new(built, store);
    }

    public Task<HttpResponseMessage> PostAsync(string body, string contentType = "application/json") =>
        PostAsync(Encoding.UTF8.GetBytes(body), contentType);

    public async Task<HttpResponseMessage> PostAsync(
        byte[] body, string? contentType = "application/json", string? encoding = null, string? key = null, string? caller = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/events/ml") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        if (encoding is not null)
        {
            request.Content.Headers.ContentEncoding.Add(encoding);
        }
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }
        if (caller is not null)
        {
            request.Headers.Add("X-Trainyard-Caller", caller);
        }
        return await Http.SendAsync(request);
    }

    /// <summary>Posts what should be accepted.</summary>
    /// <returns>How many events were.</returns>
    public async Task<int> AcceptedAsync(string body, string contentType = "application/json")
    {
        using var response = await PostAsync(body, contentType);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode is System.Net.HttpStatusCode.Accepted, $"{(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)?["accepted"]?.GetValue<int>() ?? -1;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }
}

internal sealed record ReadProblem(
    int Status, string Code, string Message, string RequestId, IReadOnlyList<Contracts.Errors.Problem>? Problems)
{
    private static readonly JsonSerializerOptions Lenient = new(WireJson.Options)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Skip,
    };

    public static async Task<ReadProblem> FromAsync(HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<ReadProblem>(Lenient);
        Assert.NotNull(problem);
        Assert.Equal((int)response.StatusCode, problem.Status);
        return problem;
    }
}
