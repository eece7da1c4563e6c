using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Trainyard.Harness.Hosting;

/// <summary>A host on a real port of the loopback address, and a client to ask it.</summary>
public sealed class TestApp : IAsyncDisposable
{
    private readonly WebApplication app;

    private TestApp(WebApplication app)
    {
        this.app = app;
        Address = app.Urls.First();
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false })
        {
            BaseAddress = new(Address),
            Timeout = TimeSpan.FromSeconds(30),
        };
    }

    public string Address { get; }

    public HttpClient Http { get; }

    public static async Task<TestApp> StartAsync(
        Action<WebApplicationBuilder> add, Action<WebApplication> map, Dictionary<string, string?>? settings = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        foreach (var (key, value) in settings ?? [])
        {
            builder.Configuration[key] = value;
        }
        add(builder);
        var built = builder.Build();
        map(built);
        await built.StartAsync();
        return new(built);
    }

    public T Get<T>() where T : notnull => app.Services.GetRequiredService<T>();

    public async Task<JsonObject> GetJsonAsync(string path)
    {
        using var response = await Http.GetAsync(new Uri(path, UriKind.Relative));
        return await ReadAsync(response);
    }

    public static async Task<JsonObject> ReadAsync(HttpResponseMessage response) =>
        await response.Content.ReadFromJsonAsync<JsonObject>() ?? throw new JsonException("null");

    /// <summary>What a refusal says, once it is certain that it has the form every refusal has.</summary>
    public static async Task<JsonObject> ReadProblemAsync(HttpResponseMessage response, int status, string code)
    {
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await ReadAsync(response);
        Assert.Equal(code, (string?)problem["code"]);
        Assert.Equal(status, (int?)problem["status"]);
        Assert.False(string.IsNullOrEmpty((string?)problem["message"]));
        Assert.False(problem.ContainsKey("trace_id"));
        Assert.Equal(Assert.Single(response.Headers.GetValues("X-Request-ID")), (string?)problem["request_id"]);
        return problem;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
