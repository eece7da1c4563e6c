using System.Net;
using System.Net.WebSockets;
using Npgsql;
using Trainyard.Harness;
using Trainyard.Harness.Processes;
using Trainyard.Harness.Telemetry;

namespace Trainyard.SystemTests.Telemetry;

/// <summary>The distributed system with an OTLP receiver, after some work: what the tests look at is what was received.</summary>
public sealed class ObservedSystem(PostgresServer postgres, RabbitMqServer rabbitMq, RedisServer redis) : IAsyncDisposable
{
    public const string RequestId = "followed-through-the-bus";
    public const string TrainRequestId = "asked-for-training";
    public const string ApiKey = "the-api-key-nobody-may-see";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder data = new();
    private readonly SemaphoreSlim starting = new(1);
    private DistributedSystem? system;
    private OtlpReceiver? receiver;

    /// <summary>What may be in nothing that is exported.</summary>
    public IReadOnlyList<string> Secrets => [ApiKey, Database.Password ?? ""];

    /// <summary>The run it trained.</summary>
    public string RunId { get; private set; } = "";

    private NpgsqlConnectionStringBuilder Database
    {
        get
        {
            var database = new NpgsqlConnectionStringBuilder(postgres.ConnectionString);
            // A server that trusts whoever comes takes any.
            database.Password ??= "the-password-nobody-may-see";
            return database;
        }
    }

    /// <summary>What was received; the first to ask waits for the work.</summary>
    public async Task<OtlpReceiver> ReceiverAsync()
    {
        await starting.WaitAsync();
        try
        {
            if (receiver is null)
            {
                var started = await OtlpReceiver.StartAsync();
                await WorkAsync(started);
                receiver = started;
            }
            return receiver;
        }
        finally
        {
            starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (system is not null)
        {
            await system.DisposeAsync();
        }
        if (receiver is not null)
        {
            await receiver.DisposeAsync();
        }
        starting.Dispose();
        data.Dispose();
    }

    private async Task WorkAsync(OtlpReceiver to)
    {
        var environment = new Dictionary<string, string>(to.Environment, StringComparer.Ordinal)
        {
            ["SECURITY__API_KEY"] = ApiKey,
            ["Logging__LogLevel__Trainyard.ExperimentStore.Events"] = "Debug",
            // As Aspire sets them for a developer.
            ["OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION"] = "true",
            ["OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION"] = "true",
        };
        system = await DistributedSystem.StartAsync(
            new(Database.ConnectionString, rabbitMq.ConnectionString, redis.ConnectionString),
            data.File("artifacts"),
            new(Ingest: 2, Store: 2, Workers: 1),
            environment);
        using var client = new TrainyardClient(system.Address);
        client.Http.DefaultRequestHeaders.Add("X-Api-Key", ApiKey);
        await client.ReadyAsync(Limit);

        await PostAsync(client, 0, RequestId);
        // Stored alone: one that waits beside others may be stored in the trace of one of those, with a link.
        await client.UntilThereAsync("/api/runs/outside", Limit);
        await Task.WhenAll(Enumerable.Range(1, 64).Select(step => PostAsync(client, step, $"together-{step}")));
        Assert.Equal(HttpStatusCode.BadRequest, await client.PostEventsAsync("{}"));
        await SubscribeAsync(client, system.Address);

        var tokenizer = await client.TrainTokenizerAsync("docs", 512);
        client.Http.DefaultRequestHeaders.Add("X-Request-ID", TrainRequestId);
        RunId = await client.StartRunAsync(new
        {
            tokenizer_id = tokenizer,
            corpus_path = "docs",
            model_size = "nano",
            max_steps = 40,
            checkpoint_every = 20,
            eval_every = 20,
            threads = 1,
        });
        client.Http.DefaultRequestHeaders.Remove("X-Request-ID");
        await client.RunEndsAsync(RunId, "completed", Limit);
    }

    private static async Task PostAsync(TrainyardClient client, int step, string requestId)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/events/ml")
        {
            Content = new StringContent(
                $$$"""{"event":"ml.run.metric","trial_id":"outside","metadata":{"step":{{{step}}}},"measurements":{"loss":0.5}}"""),
        };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("X-Request-ID", requestId);
        using var response = await client.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    /// <summary>As a browser does, which can't send the key in a header.</summary>
    private static async Task SubscribeAsync(TrainyardClient client, Uri address)
    {
        var ticket = (string?)(await client.PostAsync("/api/ws-ticket", new { }))["ticket"];
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(
            new UriBuilder(address) { Scheme = "ws", Path = "/ws", Query = $"ticket={ticket}" }.Uri, CancellationToken.None);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
    }
}
