using System.Text.Json.Nodes;

namespace Trainyard.Harness.Chaos;

/// <summary>Asks the gateway and every host, four times a second, whether they are ready.</summary>
internal sealed class ReadinessWatch : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(3) };
    private readonly CancellationTokenSource stopping = new();
    private readonly Uri gateway;
    private readonly Func<IEnumerable<Uri>> hosts;
    private readonly Recorder recorder;
    private readonly Task watching;

    public ReadinessWatch(Uri gateway, Func<IEnumerable<Uri>> hosts, Recorder recorder)
    {
        (this.gateway, this.hosts, this.recorder) = (gateway, hosts, recorder);
        watching = WatchAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await watching;
        http.Dispose();
        stopping.Dispose();
    }

    private async Task WatchAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            var at = recorder.Now;
            var others = Task.WhenAll(hosts().Where(host => host != gateway).Select(AskAsync).ToList());
            var (said, detail) = await AskAsync(gateway);
            recorder.Add(new ReadinessSeen(at, said, (await others).All(other => other.Said is Readyz.Ready), detail));
            await Task.Delay(Pace);
        }
    }

    private async Task<(Readyz Said, string Detail)> AskAsync(Uri host)
    {
        try
        {
            using var response = await http.GetAsync(new Uri(host, "/readyz"));
            var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync());
            var complaints = (answer?["dependencies"]?.AsObject() ?? [])
                .Where(one => (string?)one.Value?["status"] != "healthy")
                .Select(one => $"{one.Key}: {one.Value?["description"]}");
            return ((string?)answer?["status"] == "healthy" ? Readyz.Ready : Readyz.NotReady, string.Join("; ", complaints));
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException or IOException)
        {
            return (Readyz.Silent, "");
        }
    }
}
