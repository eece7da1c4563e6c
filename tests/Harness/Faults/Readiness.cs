using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Trainyard.Harness.Faults;

/// <summary>What <c>/readyz</c> of several hosts says is not well, while this lasts.</summary>
public sealed class Readiness : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly ConcurrentDictionary<string, byte> complaints = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stopping = new();
    private readonly Func<IEnumerable<Uri>> hosts;
    private readonly Task watching;

    public Readiness(Func<IEnumerable<Uri>> hosts)
    {
        this.hosts = hosts;
        watching = WatchAsync();
    }

    /// <summary>Names of dependencies that some host said were not healthy.</summary>
    public IEnumerable<string> Complaints => complaints.Keys;

    public void Forget() => complaints.Clear();

    /// <summary>Whether every host says that all is well.</summary>
    public async Task<bool> AllAsync() => (await Task.WhenAll(hosts().Select(AskAsync))).All(complaint => complaint is []);

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
            foreach (var name in (await Task.WhenAll(hosts().Select(AskAsync))).SelectMany(names => names))
            {
                complaints[name] = 0;
            }
            await Task.Delay(Pace);
        }
    }

    /// <summary>What a host complains of; a host that doesn't answer is a complaint itself.</summary>
    private async Task<IReadOnlyList<string>> AskAsync(Uri host)
    {
        try
        {
            using var response = await http.GetAsync(new Uri(host, "/readyz"));
            var said = JsonNode.Parse(await response.Content.ReadAsStringAsync())?["dependencies"]?.AsObject() ?? [];
            return [.. said.Where(one => (string?)one.Value?["status"] != "healthy").Select(one => one.Key)];
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return [host.Authority];
        }
    }
}
