using System.Net;
using System.Net.WebSockets;
using Trainyard.Harness.Hosting;
using Trainyard.ServiceDefaults.Security;

namespace Trainyard.Gateway.Tests;

/// <summary>What services learn of who makes a request, and how long a key's requests last.</summary>
public sealed class CallerTests : IDisposable
{
    private const string Master = "correct-horse-battery";
    private const string CallerHeader = "X-Trainyard-Caller";

    private readonly string folder = Directory.CreateTempSubdirectory("trainyard-keys-").FullName;

    private string KeysFile => Path.Combine(folder, "keys.json");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_service_is_told_whose_key_it_is_and_nobody_outside_can_say_so()
    {
        var (key, secret) = Create(KeyScopes.Job, prefix: "nlp-", experiment: "e-1");
        await using var services = await StartAsync();

        Assert.Equal($"{key.Id};Job;nlp-;e-1", await ToldAsync(services, "POST", "/api/events/ml", secret, forged: "owner;Admin;;"));
        Assert.Equal("owner;Admin;;", await ToldAsync(services, "GET", "/api/runs/r", Master, forged: $"{key.Id};Job;nlp-;e-1"));
    }

    [Fact]
    public async Task Where_no_key_is_asked_for_nobody_can_pretend_to_have_one()
    {
        await using var services = await Services.StartAsync();

        Assert.Null(await ToldAsync(services, "POST", "/api/events/ml", secret: null, forged: "key-of-somebody;Job;;"));
    }

    [Fact]
    public async Task Discords_commands_need_no_key_but_what_is_beside_them_does()
    {
        await using var services = await StartAsync();

        Assert.Null(await ToldAsync(services, "POST", "/api/discord/interactions", secret: null, forged: "owner;Admin;;"));
        foreach (var path in (string[])["/api/discord", "/api/discord/interactions/more", "/api/notifications"])
        {
            using var response = await services.Gateway.Http.PostAsync(new Uri(path, UriKind.Relative), null);
            await TestApp.ReadProblemAsync(response, 401, "UNAUTHORIZED");
        }
    }

    [Fact]
    public async Task A_web_socket_and_a_stream_end_when_their_key_is_revoked_and_others_go_on()
    {
        var (_, secret) = Create(KeyScopes.Read);
        var (_, others) = Create(KeyScopes.Read);
        await using var services = await StartAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var socket = await ConnectAsync(services, secret, patience.Token);
        using var other = await ConnectAsync(services, others, patience.Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/runs/r/slow/stream") { Headers = { { "X-Api-Key", secret } } };
        using var response = await services.Gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        using var stream = new StreamReader(await response.Content.ReadAsStreamAsync(patience.Token));
        Assert.Equal("data: first", await stream.ReadLineAsync(patience.Token));

        KeyFile.Write(KeysFile, [.. KeyFile.Read(KeysFile).Skip(1)]);

        await Assert.ThrowsAnyAsync<WebSocketException>(() => socket.ReceiveAsync(new byte[100], patience.Token));
        await Assert.ThrowsAnyAsync<Exception>(() => stream.ReadToEndAsync(patience.Token));
        Assert.False(patience.IsCancellationRequested);
        await other.SendAsync("ping"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, patience.Token);
        Assert.Equal(4, (await other.ReceiveAsync(new byte[100], patience.Token)).Count);
    }

    [Fact]
    public async Task A_web_socket_ends_when_its_key_expires()
    {
        var (key, secret) = Create(KeyScopes.Read);
        await using var services = await StartAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var socket = await ConnectAsync(services, secret, patience.Token);

        KeyFile.Write(KeysFile, [key with { ExpiresAt = DateTimeOffset.UtcNow.AddSeconds(1) }]);

        await Assert.ThrowsAnyAsync<WebSocketException>(() => socket.ReceiveAsync(new byte[100], patience.Token));
        Assert.False(patience.IsCancellationRequested);
    }

    private (ApiKey Key, string Secret) Create(KeyScopes scope, string? prefix = null, string? experiment = null)
    {
        var (key, secret) = ApiKey.Create("test", [scope], DateTimeOffset.UtcNow, expiresAt: null);
        key = key with { Prefix = prefix, Experiment = experiment };
        KeyFile.Write(KeysFile, [.. KeyFile.Read(KeysFile), key]);
        return (key, secret);
    }

    private Task<Services> StartAsync() => Services.StartAsync(new() { ["SECURITY:API_KEY"] = Master, ["SECURITY:KEYS_FILE"] = KeysFile });

    private static async Task<ClientWebSocket> ConnectAsync(Services services, string secret, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("X-Api-Key", secret);
        await socket.ConnectAsync(new UriBuilder(services.Gateway.Address) { Scheme = "ws", Path = "/ws" }.Uri, cancellationToken);
        return socket;
    }

    private static async Task<string?> ToldAsync(Services services, string method, string path, string? secret, string forged)
    {
        using var request = new HttpRequestMessage(new(method), path) { Headers = { { CallerHeader, forged } } };
        if (secret is not null)
        {
            request.Headers.Add("X-Api-Key", secret);
        }
        using var response = await services.Gateway.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (string?)(await TestApp.ReadAsync(response))["headers"]?[CallerHeader.ToLowerInvariant()];
    }
}
