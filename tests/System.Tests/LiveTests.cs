using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Trainyard.Harness.Processes;

namespace Trainyard.SystemTests;

/// <summary>What a browser's page and a program see at <c>/ws</c>.</summary>
public sealed class LiveTests : IDisposable
{
    private readonly TemporaryFolder data = new();

    [Fact]
    public async Task A_posted_value_reaches_a_subscriber_and_a_page_of_another_site_is_refused()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var standalone = await TrainyardProcess.StartReadyAsync("Standalone", StandaloneStartTests.Data(data.Path));
        using var client = new TrainyardClient(standalone.Address);
        var address = new UriBuilder(standalone.Address) { Scheme = "ws", Path = "/ws" }.Uri;

        using var foreign = new ClientWebSocket();
        foreign.Options.SetRequestHeader("Origin", "http://elsewhere.example");
        await Assert.ThrowsAsync<WebSocketException>(() => foreign.ConnectAsync(address, patience.Token));

        using var own = new ClientWebSocket();
        own.Options.SetRequestHeader("Origin", standalone.Address.GetLeftPart(UriPartial.Authority));
        await own.ConnectAsync(address, patience.Token);
        await own.SendAsync(
            Encoding.UTF8.GetBytes("""{"type":"subscribe","run_id":"*"}"""),
            WebSocketMessageType.Text,
            endOfMessage: true,
            patience.Token);
        Assert.Equal("subscribed", (await ReceiveAsync(own, patience.Token))["type"]?.GetValue<string>());

        await client.PostEventsAsync("""{"event":"ml.run.metric","trial_id":"live","metadata":{"step":7},"measurements":{"loss":0.25}}""");

        JsonNode update;
        do
        {
            update = await ReceiveAsync(own, patience.Token);
        }
        while (update["type"]?.GetValue<string>() != "metric_update");
        Assert.Equal("live", update["run_id"]?.GetValue<string>());
        Assert.Equal(0.25, update["metrics"]?["loss"]?.GetValue<double>());
    }

    public void Dispose() => data.Dispose();

    private static async Task<JsonNode> ReceiveAsync(ClientWebSocket socket, CancellationToken cancellation)
    {
        var buffer = new byte[64 * 1024];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), cancellation);
        return JsonNode.Parse(buffer.AsSpan(0, received.Count)) ?? throw new InvalidOperationException("An empty message.");
    }
}
