using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Trainyard.Harness.Chaos;

/// <summary>
/// Training jobs of other people: each starts runs, posts points, goes back to an earlier step at times, and stops. A request is
/// repeated under its key until it is accepted, but for some points that are given up after one try, and some that are repeated
/// though they were accepted.
/// </summary>
internal sealed class OutsideJobs : IAsyncDisposable
{
    private const int Jobs = 6;

    // These never go back, so that somebody posts at all times: going back waits until the store has heard of it.
    private const int Straight = 2;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(250);

    private readonly Recorder recorder;
    private readonly HttpClient http;
    private readonly CancellationTokenSource stopping = new();
    private readonly string name;
    private readonly Task working;

    public OutsideJobs(Uri address, int seed, Recorder recorder)
    {
        this.recorder = recorder;
        http = new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(10) };
        name = $"chaos-{Guid.NewGuid().ToString("N")[..6]}";
        working = Task.WhenAll(Enumerable.Range(0, Jobs).Select(job => WorkAsync(job, new Random((seed * 1000) + job))));
    }

    /// <summary>Ends every job: what it has begun is still repeated until it is accepted.</summary>
    public async Task StopAsync(TimeSpan limit)
    {
        await stopping.CancelAsync();
        await working.WaitAsync(limit);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        http.Dispose();
        await working.ContinueWith(_ => { }, TaskScheduler.Default);
        stopping.Dispose();
    }

    private async Task WorkAsync(int job, Random random)
    {
        for (var run = 0; !stopping.IsCancellationRequested; run++)
        {
            await TrainAsync($"{name}-{job}-{run}", mayGoBack: job >= Straight, random);
        }
    }

    private async Task TrainAsync(string run, bool mayGoBack, Random random)
    {
        var (sequence, attempt, step, last) = (0, 1, 0L, random.Next(100, 400));
        await UntilAcceptedAsync(Said.Start);
        while (step < last && !stopping.IsCancellationRequested)
        {
            var (giveUp, twice, goBack) = (random.Next(20) == 0, random.Next(30) == 0, random.Next(60) == 0);
            var key = NextKey();
            var answer = giveUp ? await TryAsync(key, Said.Point) : await UntilAcceptedAsync(Said.Point, key);
            if (twice && answer is Answer.Accepted)
            {
                await TryAsync(key, Said.Point);
            }
            step++;
            if (mayGoBack && goBack)
            {
                (attempt, step) = (attempt + 1, random.NextInt64(step));
                await UntilAcceptedAsync(Said.Resume);
                await UntilOpenAsync(run, attempt);
            }
            await Task.Delay(Pace);
        }
        await UntilAcceptedAsync(Said.Stop);

        string NextKey() => $"{run}:{++sequence}";

        Task<Answer> TryAsync(string key, Said said) => PostAsync(run, key, said, attempt, step);

        async Task<Answer> UntilAcceptedAsync(Said said, string? key = null)
        {
            for (key ??= NextKey(); await TryAsync(key, said) is not Answer.Accepted;)
            {
                await Task.Delay(Again);
            }
            return Answer.Accepted;
        }
    }

    private async Task<Answer> PostAsync(string run, string key, Said said, int attempt, long step)
    {
        var at = recorder.Now;
        var (answer, detail) = await AnswerAsync(key, Body(run, key, said, attempt, step));
        recorder.Add(new Tried(at, recorder.Now, run, key, said, attempt, step, answer, detail));
        return answer;
    }

    private async Task<(Answer Answer, string Detail)> AnswerAsync(string key, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/events/ml") { Content = content };
        request.Headers.Add("Idempotency-Key", key);
        try
        {
            using var response = await http.SendAsync(request);
            if (response.StatusCode is HttpStatusCode.Accepted)
            {
                return (Answer.Accepted, "202");
            }
            var text = await response.Content.ReadAsStringAsync();
            var code = text.StartsWith('{') ? JsonNode.Parse(text)?["code"]?.GetValue<string>() : null;
            return (code is null or "OUTCOME_UNKNOWN" ? Answer.Unknown : Answer.Refused, $"{(int)response.StatusCode} {code}");
        }
        catch (HttpRequestException exception)
        {
            var neverSent = exception.HttpRequestError is HttpRequestError.ConnectionError;
            return (neverSent ? Answer.Refused : Answer.Unknown, $"{exception.HttpRequestError}");
        }
        catch (Exception exception) when (exception is TaskCanceledException or IOException)
        {
            return (Answer.Unknown, "no answer");
        }
    }

    /// <summary>
    /// Waits as a careful program does: values of an attempt that the store has not heard of would count as the earlier one's.
    /// </summary>
    private async Task UntilOpenAsync(string run, int attempt)
    {
        while (true)
        {
            try
            {
                using var response = await http.GetAsync($"/api/runs/{run}");
                if (response.IsSuccessStatusCode
                    && JsonNode.Parse(await response.Content.ReadAsStringAsync())?["attempt"]?.GetValue<int>() >= attempt)
                {
                    return;
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException or IOException)
            {
                // Asked again.
            }
            await Task.Delay(Again);
        }
    }

    /// <summary>The value tells the attempt, so that a point under another one is found.</summary>
    private static string Body(string run, string key, Said said, int attempt, long step) => said switch
    {
        Said.Start => $$$"""{"event":"ml.run.start","trial_id":"{{{run}}}","metadata":{"name":"{{{run}}}"}}""",
        Said.Resume => $$$"""{"event":"ml.run.resume","trial_id":"{{{run}}}","metadata":{"step":{{{step}}}}}""",
        Said.Stop => $$$"""{"event":"ml.run.stop","trial_id":"{{{run}}}","metadata":{"success":true,"attempt":{{{attempt}}}}}""",
        _ => $$$"""
            [{"event":"ml.run.metric","trial_id":"{{{run}}}",
              "metadata":{"step":{{{step}}},"attempt":{{{attempt}}}},"measurements":{"value":{{{ValueOf(attempt, step)}}}}},
             {"event":"ml.run.log","trial_id":"{{{run}}}","metadata":{"message":"{{{key}}}","attempt":{{{attempt}}}}}]
            """,
    };

    private static long ValueOf(int attempt, long step) => (attempt * 1_000_000L) + step;
}
