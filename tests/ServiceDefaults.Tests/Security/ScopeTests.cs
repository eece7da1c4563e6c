using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Trainyard.Harness;
using Trainyard.Harness.Hosting;
using Trainyard.ServiceDefaults.Security;

namespace Trainyard.ServiceDefaults.Tests.Security;

/// <summary>What a key of each scope may do.</summary>
public sealed class ScopeTests : IDisposable
{
    private const string Master = "correct-horse-battery";

    private readonly string folder = Directory.CreateTempSubdirectory("trainyard-keys-").FullName;
    private readonly Dictionary<string, string> secrets = new(StringComparer.Ordinal)
    {
        ["master"] = Master,
        ["wrong"] = "ty-0000",
        ["none"] = "",
    };

    private string KeysFile => Path.Combine(folder, "keys.json");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("GET", "/api/runs", "read admin master")]
    [InlineData("HEAD", "/api/runs", "read admin master")]
    [InlineData("GET", "/ws", "read admin master")]
    [InlineData("GET", "/api/events/stream", "read admin master")]
    [InlineData("GET", "/openapi/v1.json", "read admin master")]
    [InlineData("POST", "/api/metrics/query", "read admin master")]
    [InlineData("POST", "/api/tokenizers/t-1/encode", "read admin master")]
    [InlineData("POST", "/api/events/ml", "ingest job admin master")]
    [InlineData("POST", "/api/runs/r-1/metrics", "ingest job admin master")]
    [InlineData("POST", "/API/Runs/r-1/Metrics/", "ingest job admin master")]
    [InlineData("POST", "/api/runs", "job admin master")]
    [InlineData("POST", "/api/runs/r-1/checkpoints", "job admin master")]
    [InlineData("PUT", "/api/artifacts/models/r-1/plots/loss.png", "job admin master")]
    [InlineData("POST", "/api/experiments/e-1/ask", "job admin master")]
    [InlineData("POST", "/api/experiments/e-1/tell", "job admin master")]
    [InlineData("GET", "/api/experiments/e-1/trials/r-1/should_prune", "read job admin master")]
    [InlineData("PUT", "/api/artifacts/tokenizers/t-1/tokenizer.json", "admin master")]
    [InlineData("DELETE", "/api/artifacts/models/r-1/plots/loss.png", "admin master")]
    [InlineData("POST", "/api/runs/train", "admin master")]
    [InlineData("PUT", "/api/runs/r-1", "admin master")]
    [InlineData("POST", "/api/runs/r-1/resume", "admin master")]
    [InlineData("POST", "/api/experiments", "admin master")]
    [InlineData("POST", "/api/experiments/e-1/sweep", "admin master")]
    [InlineData("POST", "/api/runs/r-1/cancel", "admin master")]
    [InlineData("POST", "/api/runs/metrics", "admin master")]
    [InlineData("POST", "/api/eventsandmore", "admin master")]
    [InlineData("PUT", "/api/runs/r-1/metrics", "admin master")]
    [InlineData("DELETE", "/api/events/ml", "admin master")]
    [InlineData("DELETE", "/api/runs/r-1", "admin master")]
    [InlineData("OPTIONS", "/api/runs", "admin master")]
    public async Task A_key_opens_what_its_scope_names(string method, string path, string expected)
    {
        Add("ingest", KeyScopes.Ingest);
        Add("job", KeyScopes.Job);
        Add("read", KeyScopes.Read);
        Add("admin", KeyScopes.Admin);
        Add("expired", KeyScopes.Admin, DateTimeOffset.UtcNow.AddMinutes(-1));
        await using var app = await StartAsync();

        var allowed = new List<string>();
        foreach (var (name, secret) in secrets)
        {
            if (await SendAsync(app, method, path, secret) is not HttpStatusCode.Unauthorized)
            {
                allowed.Add(name);
            }
        }

        Assert.Equal(expected.Split(' ').Order(StringComparer.Ordinal), allowed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_key_works_once_it_is_made_and_not_after_it_is_revoked()
    {
        await using var app = await StartAsync();
        var (key, secret) = ApiKey.Create("late", [KeyScopes.Read], DateTimeOffset.UtcNow, expiresAt: null);
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(app, "GET", "/api/runs", secret));

        KeyFile.Write(KeysFile, [key]);
        await UntilAsync(app, secret, HttpStatusCode.OK);
        KeyFile.Write(KeysFile, []);
        await UntilAsync(app, secret, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public void A_file_that_breaks_locks_nobody_out_and_lets_nobody_in()
    {
        Add("read", KeyScopes.Read);
        var clock = new FakeTimeProvider();
        var keys = new KeyRing(Options.Create(new SecurityOptions { KeysFile = KeysFile }), clock, NullLogger<KeyRing>.Instance);
        Assert.Equal(KeyScopes.Read, keys.Of(secrets["read"])?.May);

        File.WriteAllText(KeysFile, "[{");
        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(KeyScopes.Read, keys.Of(secrets["read"])?.May);
        Assert.Null(keys.Of("ty-1"));
    }

    [Theory]
    [InlineData("POST", "/api/runs/nlp-1/metrics", "/api/runs/other-1/metrics")]
    [InlineData("POST", "/api/runs/nlp-1/metrics", "/api/runs/NLP-1/metrics")]
    [InlineData("POST", "/api/runs/nlp-1/checkpoints", "/api/runs/nlp/checkpoints")]
    [InlineData("PUT", "/api/artifacts/models/nlp-1/a", "/api/artifacts/models/other-1/a")]
    [InlineData("PUT", "/api/artifacts/models/nlp-1/a", "/api/artifacts/models/nlp-1/../other-1/a")]
    [InlineData("POST", "/api/experiments/e-1/ask", "/api/experiments/e-2/ask")]
    [InlineData("GET", "/api/experiments/e-1/trials/nlp-1/should_prune", "/api/experiments/e-1/trials/other-1/should_prune")]
    public async Task A_key_bound_to_runs_or_an_experiment_opens_no_others(string method, string own, string others)
    {
        Add("job", KeyScopes.Job, prefix: "nlp-", experiment: "e-1");
        await using var app = await StartAsync();

        Assert.Equal(HttpStatusCode.OK, await SendAsync(app, method, own, secrets["job"]));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(app, method, others, secrets["job"]));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(app, method, others, Master));
    }

    private void Add(string name, KeyScopes scope, DateTimeOffset? expiresAt = null, string? prefix = null, string? experiment = null)
    {
        var (key, secret) = ApiKey.Create(name, [scope], DateTimeOffset.UtcNow, expiresAt);
        KeyFile.Write(KeysFile, [.. KeyFile.Read(KeysFile), key with { Prefix = prefix, Experiment = experiment }]);
        secrets[name] = secret;
    }

    private Task<TestApp> StartAsync() => TestApp.StartAsync(
        builder => builder.AddServiceDefaults(),
        host =>
        {
            host.MapDefaultEndpoints();
            host.MapFallback(() => TypedResults.Ok());
        },
        new() { ["SECURITY:API_KEY"] = Master, ["SECURITY:KEYS_FILE"] = KeysFile });

    private static Task<HttpStatusCode> UntilAsync(TestApp app, string secret, HttpStatusCode expected) =>
        Wait.UntilAsync(() => SendAsync(app, "GET", "/api/runs", secret), status => status == expected);

    private static async Task<HttpStatusCode> SendAsync(TestApp app, string method, string path, string secret)
    {
        using var request = new HttpRequestMessage(new(method), path);
        request.Headers.Add("X-Api-Key", secret);
        using var response = await app.Http.SendAsync(request);
        return response.StatusCode;
    }
}
