using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Trainyard.Harness.Processes;

namespace Trainyard.Harness.Faults;

/// <summary>
/// Programs that post without a pause, as a careful one does: each request has a key, and is repeated until it is accepted. A request
/// holds a point and a line of the log, so that what is stored twice can be seen.
/// </summary>
public sealed class SteadyLoad : IAsyncDisposable
{
    private const int Senders = 8;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly string name = $"load-{Guid.NewGuid().ToString("N")[..8]}";
    private readonly HttpClient http;
    private readonly CancellationTokenSource stopping = new();
    private readonly long[] accepted = new long[Senders];
    private readonly ConcurrentDictionary<string, int> refusals = new(StringComparer.Ordinal);
    private readonly Task sending;
    private long lastAccepted = Stopwatch.GetTimestamp();
    private long longestWait;

    public SteadyLoad(Uri address)
    {
        http = new() { BaseAddress = address, Timeout = Patience };
        sending = Task.WhenAll(Enumerable.Range(0, Senders).Select(SendAsync));
    }

    /// <summary>Requests answered with 202.</summary>
    public long Accepted => Enumerable.Range(0, Senders).Sum(sender => Interlocked.Read(ref accepted[sender]));

    /// <summary>How else requests ended, by answer: <c>503 UNAVAILABLE</c>, <c>no connection</c>, <c>no answer</c>.</summary>
    public IReadOnlyDictionary<string, int> Refusals => refusals;

    /// <summary>The longest time in which nobody's request was accepted.</summary>
    public TimeSpan LongestWait => Stopwatch.GetElapsedTime(0, Interlocked.Read(ref longestWait));

    /// <summary>Ends it: every request that was begun is still repeated until it is accepted.</summary>
    public async Task StopAsync(TimeSpan limit)
    {
        await stopping.CancelAsync();
        await sending.WaitAsync(limit);
    }

    /// <summary>What is missing in the store of that which was accepted, and what is there twice.</summary>
    public async Task<(long Lost, long Doubled)> CompareAsync(TrainyardClient client)
    {
        var (lost, doubled) = (0L, 0L);
        for (var sender = 0; sender < Senders; sender++)
        {
            var expected = Enumerable.Range(0, (int)accepted[sender])
                .Select(step => step.ToString(CultureInfo.InvariantCulture)).ToHashSet(StringComparer.Ordinal);
            foreach (var stored in new[] { await StepsAsync(client, sender), await LinesAsync(client, sender) })
            {
                lost += expected.Except(stored, StringComparer.Ordinal).Count();
                doubled += stored.Count - stored.Distinct(StringComparer.Ordinal).Count();
            }
        }
        return (lost, doubled);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        http.Dispose();
        await sending.ContinueWith(_ => { }, TaskScheduler.Default);
        stopping.Dispose();
    }

    private async Task SendAsync(int sender)
    {
        for (var step = 0L; !stopping.IsCancellationRequested; step++)
        {
            while (!await TrySendAsync(sender, step))
            {
                await Task.Delay(4 * Pace);
            }
            Interlocked.Increment(ref accepted[sender]);
            var now = Stopwatch.GetTimestamp();
            var waited = now - Interlocked.Exchange(ref lastAccepted, now);
            for (var longest = longestWait; waited > longest; longest = longestWait)
            {
                Interlocked.CompareExchange(ref longestWait, waited, longest);
            }
            await Task.Delay(Pace);
        }
    }

    private async Task<bool> TrySendAsync(int sender, long step)
    {
        var run = $"{name}-{sender}";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/events/ml")
        {
            Content = new StringContent(
                $$$"""
                [{"event":"ml.run.metric","trial_id":"{{{run}}}","metadata":{"step":{{{step}}}},"measurements":{"value":{{{step}}}}},
                 {"event":"ml.run.log","trial_id":"{{{run}}}","metadata":{"message":"{{{step}}}"}}]
                """, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Idempotency-Key", $"{run}:{step}");
        try
        {
            using var response = await http.SendAsync(request);
            if (response.StatusCode is HttpStatusCode.Accepted)
            {
                return true;
            }
            Assert.True(
                response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests,
                $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
            Assert.NotNull(response.Headers.RetryAfter);
            var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync());
            Count($"{(int)response.StatusCode} {(string?)problem?["code"]}");
        }
        catch (HttpRequestException)
        {
            Count("no connection");
        }
        catch (TaskCanceledException)
        {
            Count("no answer");
        }
        return false;
    }

    private void Count(string refusal) => refusals.AddOrUpdate(refusal, 1, (_, count) => count + 1);

    private async Task<IReadOnlyList<string>> StepsAsync(TrainyardClient client, int sender)
    {
        var history = await client.FindAsync($"/api/runs/{name}-{sender}/metrics?keys=value&max_points=100000");
        return [.. history?["series"]?[0]?["points"]?.AsArray().Select(point => $"{point?["step"]}") ?? []];
    }

    private async Task<IReadOnlyList<string>> LinesAsync(TrainyardClient client, int sender)
    {
        var lines = new List<string>();
        for (var after = 0L; ;)
        {
            var tail = await client.FindAsync($"/api/runs/{name}-{sender}/logs?limit=10000&after={after}");
            if (tail?["logs"] is not JsonArray { Count: > 0 } page)
            {
                return lines;
            }
            lines.AddRange(page.Select(line => $"{line?["message"]}"));
            after = tail["next"]?.GetValue<long>() ?? 0;
        }
    }
}
