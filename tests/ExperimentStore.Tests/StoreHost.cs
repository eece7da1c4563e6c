using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Json;
using Trainyard.Harness.OpenApi;
using Trainyard.ServiceDefaults;
using Trainyard.ServiceDefaults.Messaging;

namespace Trainyard.ExperimentStore.Tests;

/// <summary>The store as its Program starts it, on a free port.</summary>
internal sealed class StoreHost : IAsyncDisposable
{
    private static readonly AnswerCheck.KnownDocument Document = new();

    private readonly WebApplication app;
    private readonly string? folder;

    private StoreHost(WebApplication app, string? folder)
    {
        (this.app, this.folder) = (app, folder);
        Address = new Uri(app.Urls.First());
        Http = new HttpClient(new AnswerCheck(new SocketsHttpHandler(), Document)) { BaseAddress = Address };
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public IServiceProvider Services => app.Services;

    public string Artifacts => app.Services.GetRequiredService<ServiceDefaults.Paths.AppPaths>().ArtifactsRoot;

    public string Corpus => app.Services.GetRequiredService<ServiceDefaults.Paths.AppPaths>().CorpusRoot;

    /// <param name="settings">Settings of the database, Redis and the test.</param>
    /// <param name="clock">The store's clock.</param>
    /// <param name="configure">Adds stand-ins for other services, such as a worker's consumer.</param>
    public static async Task<StoreHost> StartAsync(
        IReadOnlyDictionary<string, string?> settings, TimeProvider? clock = null, Action<WebApplicationBuilder>? configure = null)
    {
        var root = settings.ContainsKey("APP:DATA_ROOT") ? null : Directory.CreateTempSubdirectory("trainyard-store-").FullName;
        if (root is not null && settings.GetValueOrDefault("DATABASE:PROVIDER") is "sqlite")
        {
            await MigratedDatabase.CopySqliteAsync(
                Path.Combine(root, "trainyard.db"), settings.GetValueOrDefault("ConnectionStrings:redis"));
        }
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["APP:DATA_ROOT"] = root,
            ["APP:CORPUS_ROOT"] = root,
            ["BUS:TRANSPORT"] = "InMemory",
            ["RUNS:RECONCILE_EVERY_SECONDS"] = "3600",
            // Subscribers of everything would also receive machine updates.
            ["SYSTEM:SAMPLE_SECONDS"] = "3600",
            // The receivers of webhooks in tests.
            ["OUTBOUND:ALLOWED_NETWORKS"] = "127.0.0.0/8",
        });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        if (clock is not null)
        {
            builder.Services.AddSingleton(clock);
        }
        builder.AddServiceDefaults();
        builder.Logging.ClearProviders();
        builder.AddExperimentStore();
        configure?.Invoke(builder);
        builder.AddBus();

        var host = builder.Build();
        host.MapDefaultEndpoints(behindGateway: true);
        host.MapExperimentStore();
        await host.StartAsync();
        return new(host, root);
    }

    public Task<EventsStored> StoreAsync(params RunEvent[] events) => StoreAsync($"test-{Guid.NewGuid():N}", events);

    public Task<EventsStored> StoreAsync(string key, params RunEvent[] events) => StoreAsync(new AcceptedRequest(key, "req-test", events));

    /// <summary>Stores events that the worker <c>w1</c> sends about its run.</summary>
    public Task<EventsStored> TellAsync(int attempt, params RunEvent[] events) => TellAsync("w1", attempt, events);

    public Task<EventsStored> TellAsync(string worker, int attempt, params RunEvent[] events) =>
        StoreAsync(new AcceptedRequest(
            $"test-{Guid.NewGuid():N}", "req-test", events)
        { Sender = new(Worker: new(worker, events[0].RunId, attempt)) });

    public Task<EventsStored> StoreAsync(params AcceptedRequest[] requests) =>
        Services.GetRequiredService<IEventStore>().StoreAsync(new(Guid.NewGuid(), DateTimeOffset.UtcNow, requests), CancellationToken.None);

    public async Task<JsonElement> GetAsync(string path) => await AnswerAsync(await Http.GetAsync(new Uri(path, UriKind.Relative)), path);

    public async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body is null ? null : JsonContent.Create(body, options: WireJson.Options);
        return await AnswerAsync(await Http.SendAsync(request), path);
    }

    /// <summary>Sends a request that must be refused, and returns status and code.</summary>
    public async Task<(HttpStatusCode Status, string? Code, string? Message)> RefusedAsync(
        HttpMethod method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = json is null ? null : new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        // A server may refuse a long body without reading it. Without Expect: 100-continue, a broken pipe could hide the answer.
        request.Headers.ExpectContinue = json?.Length > 1_000_000;
        using var response = await Http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        Assert.False(response.IsSuccessStatusCode, $"{method} {path} answered {(int)response.StatusCode}: {body}");
        var problem = JsonElement.Parse(body);
        return (response.StatusCode, problem.GetProperty("code").GetString(), problem.GetProperty("message").GetString());
    }

    /// <summary>Writes a file below the folder of artifacts, as the trainer or a person would.</summary>
    public void WriteArtifact(string path, string text) => WriteArtifact(path, Encoding.UTF8.GetBytes(text));

    public void WriteArtifact(string path, byte[] content)
    {
        var file = Path.Combine(Artifacts, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file) ?? "");
        File.WriteAllBytes(file, content);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        if (folder is not null)
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<JsonElement> AnswerAsync(HttpResponseMessage response, string path)
    {
        using (response)
        {
            var body = await response.Content.ReadAsStringAsync();
            Assert.True(response.IsSuccessStatusCode, $"{path} answered {(int)response.StatusCode}: {body}");
            return body.Length == 0 ? default : JsonElement.Parse(body);
        }
    }
}
