using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Trainyard.Contracts;
using Trainyard.Harness.Hosting;

namespace Trainyard.Gateway.Tests;

public class GatewayTests
{
    [Theory]
    [InlineData("/api/events/ml", ResourceNames.EventIngest, "/api/events/ml")]
    [InlineData("/api/notifications/test", ResourceNames.Notifier, "/api/notifications/test")]
    [InlineData("/api/discord/interactions", ResourceNames.Notifier, "/api/discord/interactions")]
    [InlineData("/api/events/stream", ResourceNames.ExperimentStore, "/api/events/stream")]
    [InlineData("/api/tokenizers", ResourceNames.TokenizerService, "/api/tokenizers")]
    [InlineData("/api/tokenizers/t-1/encode", ResourceNames.TokenizerService, "/api/tokenizers/t-1/encode")]
    [InlineData("/api/runs/r-1/generate", ResourceNames.TrainerWorker, "/api/runs/r-1/generate")]
    [InlineData("/api/runs/r-1/evaluate", ResourceNames.ExperimentStore, "/api/runs/r-1/evaluate")]
    [InlineData("/api/runs/r-1", ResourceNames.ExperimentStore, "/api/runs/r-1")]
    [InlineData("/api/runs/r-1/eval", ResourceNames.ExperimentStore, "/api/runs/r-1/eval")]
    [InlineData("/api/checkpoints/c", ResourceNames.ExperimentStore, "/api/checkpoints/c")]
    [InlineData("/runs/r-1", ResourceNames.ExperimentStore, "/api/runs/r-1")]
    [InlineData("/runs", ResourceNames.ExperimentStore, "/api/runs")]
    [InlineData("/runs/r-1/generate", ResourceNames.TrainerWorker, "/api/runs/r-1/generate")]
    [InlineData("/tokenizers/t-1", ResourceNames.TokenizerService, "/api/tokenizers/t-1")]
    [InlineData("/artifacts/models/r-1", ResourceNames.ExperimentStore, "/api/artifacts/models/r-1")]
    public async Task Each_path_reaches_its_service(string path, string service, string arrivesAs)
    {
        await using var services = await Services.StartAsync();

        var answer = await services.Gateway.GetJsonAsync($"{path}?a=%2F&b=2");

        Assert.Equal((service, arrivesAs, "?a=%2F&b=2"), ((string?)answer["service"], (string?)answer["path"], (string?)answer["query"]));
    }

    [Fact]
    public async Task A_path_that_is_nobodys_is_not_found()
    {
        await using var services = await Services.StartAsync();

        foreach (var path in (string[])["/runsaway", "/nothing", "/apis/runs"])
        {
            using var response = await services.Gateway.Http.GetAsync(new Uri(path, UriKind.Relative));
            await TestApp.ReadProblemAsync(response, 404, "DATA_NOT_FOUND");
        }
    }

    [Fact]
    public async Task The_request_id_and_the_trace_are_carried_on()
    {
        await using var services = await Services.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/runs");
        request.Headers.Add("X-Request-ID", "mine-1");
        using var caller = new Activity("caller").Start();

        using var response = await services.Gateway.Http.SendAsync(request);

        var headers = (await TestApp.ReadAsync(response))["headers"];
        Assert.Equal("mine-1", (string?)headers?["x-request-id"]);
        Assert.Equal("mine-1", Assert.Single(response.Headers.GetValues("X-Request-ID")));
        Assert.StartsWith($"00-{caller.TraceId}-", (string?)headers?["traceparent"], StringComparison.Ordinal);
        Assert.Equal("127.0.0.1", (string?)headers?["x-forwarded-for"]);
    }

    [Fact]
    public async Task Any_byte_of_a_header_reaches_the_service_that_judges_it()
    {
        await using var services = await Services.StartAsync();
        using var handler = new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1 };
        using var http = new HttpClient(handler) { BaseAddress = new(services.Gateway.Address) };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/runs") { Headers = { { "Idempotency-Key", "schl\u00fcssel" } } };

        using var response = await http.SendAsync(request);

        Assert.Equal("schl\u00fcssel", (string?)(await TestApp.ReadAsync(response))["headers"]?["idempotency-key"]);
    }

    [Fact]
    public async Task The_api_key_is_checked_here_and_goes_no_further()
    {
        await using var services = await Services.StartAsync(new() { ["SECURITY:API_KEY"] = "correct-horse-battery" });

        using (var without = await services.Gateway.Http.GetAsync(new Uri("/runs", UriKind.Relative)))
        {
            await TestApp.ReadProblemAsync(without, 401, "UNAUTHORIZED");
        }
        services.Gateway.Http.DefaultRequestHeaders.Add("X-Api-Key", "correct-horse-battery");
        var headers = (await services.Gateway.GetJsonAsync("/runs"))["headers"];

        Assert.NotNull(headers);
        Assert.Null(headers["x-api-key"]);
    }

    [Fact]
    public async Task A_service_that_is_down_is_said_to_be_so()
    {
        await using var services = await Services.StartAsync();
        await services.StopAsync(ResourceNames.TokenizerService);

        using var response = await services.Gateway.Http.GetAsync(new Uri("/tokenizers", UriKind.Relative));

        var problem = await TestApp.ReadProblemAsync(response, 503, "UNAVAILABLE");
        Assert.Contains(ResourceNames.TokenizerService, (string?)problem["message"], StringComparison.Ordinal);
        Assert.True(response.Headers.RetryAfter?.Delta > TimeSpan.Zero);
    }

    [Theory]
    [InlineData("POST", "OUTCOME_UNKNOWN")]
    [InlineData("DELETE", "OUTCOME_UNKNOWN")]
    [InlineData("GET", "UNAVAILABLE")]
    public async Task What_a_service_may_have_done_before_it_died_is_not_said_to_be_undone(string method, string code)
    {
        await using var services = await Services.StartAsync();
        using var request = new HttpRequestMessage(new(method), new Uri("/runs/r/cut", UriKind.Relative));

        using var response = await services.Gateway.Http.SendAsync(request);

        await TestApp.ReadProblemAsync(response, 503, code);
        Assert.True(response.Headers.RetryAfter?.Delta > TimeSpan.Zero);
    }

    [Fact]
    public async Task Readiness_names_every_service()
    {
        await using var services = await Services.StartAsync();

        var all = await services.Gateway.GetJsonAsync("/readyz");
        await services.StopAsync(ResourceNames.TrainerWorker);
        using var response = await services.Gateway.Http.GetAsync(new Uri("/readyz", UriKind.Relative));
        var some = await TestApp.ReadAsync(response);

        Assert.Equal("healthy", (string?)all["status"]);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("degraded", (string?)some["status"]);
        Assert.Equal("healthy", (string?)some["dependencies"]?[ResourceNames.ExperimentStore]?["status"]);
        Assert.Equal("degraded", (string?)some["dependencies"]?[ResourceNames.TrainerWorker]?["status"]);
    }

    [Fact]
    public async Task Server_sent_events_are_passed_on_as_they_come()
    {
        await using var services = await Services.StartAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));

        await using var stream = await services.Gateway.Http.GetStreamAsync(
            new Uri("/runs/r/slow/stream", UriKind.Relative), patience.Token);
        using var reader = new StreamReader(stream);

        Assert.Equal("data: first", await reader.ReadLineAsync(patience.Token));
    }

    [Fact]
    public async Task A_web_socket_is_passed_through_and_its_ticket_stays_here()
    {
        await using var services = await Services.StartAsync(new() { ["SECURITY:API_KEY"] = "correct-horse-battery" });
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var address = new UriBuilder(services.Gateway.Address) { Scheme = "ws", Path = "/ws" };
        using var refused = new ClientWebSocket();
        using var socket = new ClientWebSocket();

        await Assert.ThrowsAsync<WebSocketException>(() => refused.ConnectAsync(address.Uri, patience.Token));
        services.Gateway.Http.DefaultRequestHeaders.Add("X-Api-Key", "correct-horse-battery");
        using var issued = await services.Gateway.Http.PostAsync(
            new Uri("/api/ws-ticket", UriKind.Relative), content: null, patience.Token);
        address.Query = $"ticket={(string?)(await TestApp.ReadAsync(issued))["ticket"]}";
        await socket.ConnectAsync(address.Uri, patience.Token);
        await socket.SendAsync("ping"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, patience.Token);
        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer, patience.Token);

        Assert.Equal("ping", Encoding.UTF8.GetString(buffer, 0, received.Count));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
        var passed = await services.Gateway.GetJsonAsync("/ws/echo?ticket=left-out&kept=1");
        Assert.Equal("?kept=1", (string?)passed["query"]);
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_refused()
    {
        await using var services = await Services.StartAsync(new() { ["GATEWAY:MAX_BODY_BYTES"] = "2000" });
        using var small = new ByteArrayContent(new byte[2000]);
        using var large = new ByteArrayContent(new byte[2001]);

        using (var response = await services.Gateway.Http.PostAsync(new Uri("/api/sink", UriKind.Relative), small))
        {
            Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        }
        using (var response = await services.Gateway.Http.PostAsync(new Uri("/api/sink", UriKind.Relative), large))
        {
            var problem = await TestApp.ReadProblemAsync(response, 413, "PAYLOAD_TOO_LARGE");
            Assert.Equal("The body is larger than its limit of 2000 bytes (GATEWAY__MAX_BODY_BYTES).", (string?)problem["message"]);
        }
    }

    [Fact]
    public async Task A_client_that_asks_too_often_is_told_when_to_come_back()
    {
        await using var services = await Services.StartAsync(new() { ["GATEWAY:REQUESTS_PER_SECOND"] = "5" });

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(_ => services.Gateway.Http.GetAsync(new Uri("/runs", UriKind.Relative))));

        Assert.Contains(answers, answer => answer.StatusCode is HttpStatusCode.OK);
        var refused = Assert.IsType<HttpResponseMessage>(answers.FirstOrDefault(answer => answer.StatusCode is not HttpStatusCode.OK));
        await TestApp.ReadProblemAsync(refused, 429, "RATE_LIMITED");
        Assert.True(refused.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        using var probe = await services.Gateway.Http.GetAsync(new Uri("/healthz", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, probe.StatusCode);
        Array.ForEach(answers, answer => answer.Dispose());
    }

    [Fact]
    public async Task One_document_describes_all_services_that_answer()
    {
        await using var services = await Services.StartAsync();

        var whole = await services.Gateway.GetJsonAsync("/openapi/v1.json");
        await services.StopAsync(ResourceNames.TokenizerService);
        var part = await services.Gateway.GetJsonAsync("/openapi/v1.json");

        var paths = Assert.IsType<JsonObject>(whole["paths"]);
        Assert.All([ResourceNames.EventIngest, ResourceNames.ExperimentStore, ResourceNames.TokenizerService, ResourceNames.TrainerWorker],
            service => Assert.True(paths.ContainsKey($"/api/{service}"), service));
        Assert.NotNull(whole["components"]?["schemas"]?["Named"]);
        Assert.False(Assert.IsType<JsonObject>(part["paths"]).ContainsKey($"/api/{ResourceNames.TokenizerService}"));
        Assert.Contains(
            $"{ResourceNames.TokenizerService} is not responding", (string?)part["info"]?["description"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_documentation_page_is_served()
    {
        await using var services = await Services.StartAsync();

        using var response = await services.Gateway.Http.GetAsync(new Uri("/docs/", UriKind.Relative));
        using var root = await services.Gateway.Http.GetAsync(new Uri("/", UriKind.Relative));

        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("/docs", root.Headers.Location?.ToString());
    }
}
