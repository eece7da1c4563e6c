using System.Net;
using System.Text;
using Trainyard.EventIngest.Tests.Hosting;

namespace Trainyard.EventIngest.Tests;

public sealed class GroupCommitTests
{
    [Fact]
    public async Task Many_requests_at_once_are_grouped_and_each_event_is_delivered_once()
    {
        await using var ingest = await IngestHost.StartAsync();

        var accepted = await Task.WhenAll(Enumerable.Range(0, 500).Select(index => ingest.AcceptedAsync(Metric($"run-{index}"))));

        Assert.All(accepted, count => Assert.Equal(1, count));
        Assert.Equal(500, ingest.Store.Events.Select(stored => stored.RunId).Distinct().Count());
        Assert.Equal(500, ingest.Store.Events.Count);
        Assert.Equal(500, ingest.Store.Requests.Count);
        Assert.True(ingest.Store.Batches.Count < 400, $"{ingest.Store.Batches.Count} batches");
    }

    [Fact]
    public async Task Nothing_is_answered_before_the_store_has_committed()
    {
        await using var ingest = await IngestHost.StartAsync();
        var (arrived, commit) = (new TaskCompletionSource(), new TaskCompletionSource());
        ingest.Store.BeforeCommit = _ =>
        {
            arrived.TrySetResult();
            return commit.Task;
        };

        var answer = ingest.PostAsync(Metric("r"));
        await arrived.Task;

        Assert.False(answer.IsCompleted);
        commit.SetResult();
        using var response = await answer;
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    [Fact]
    public async Task A_store_that_fails_is_said_to_be_unavailable()
    {
        await using var ingest = await IngestHost.StartAsync();
        ingest.Store.BeforeCommit = _ => throw new InvalidOperationException("disk full: secret detail");

        using var response = await ingest.PostAsync(Metric("r"));

        await AssertComeBackAsync(response, "BACKEND_UNAVAILABLE");
        ingest.Store.BeforeCommit = _ => Task.CompletedTask;
        Assert.Equal(1, await ingest.AcceptedAsync(Metric("r")));
    }

    [Fact]
    public async Task A_request_that_the_store_cannot_take_fails_alone()
    {
        await using var ingest = await IngestHost.StartAsync(new() { ["INGEST:LINGER_MS"] = "200" });
        ingest.Store.BeforeCommit = batch => batch.Requests.Any(request => request.Events[0].RunId == "poison")
            ? throw new InvalidOperationException("constraint")
            : Task.CompletedTask;

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(index => ingest.PostAsync(Metric(index == 7 ? "poison" : $"run-{index}"))));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answers[7].StatusCode);
        Assert.Equal(19, answers.Count(answer => answer.StatusCode is HttpStatusCode.Accepted));
        Assert.Equal(19, ingest.Store.Events.Select(stored => stored.RunId).Distinct().Count());
        Array.ForEach(answers, answer => answer.Dispose());
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_given_up_on_in_bounded_time()
    {
        await using var ingest = await IngestHost.StartAsync(new() { ["INGEST:DURABLE_WITHIN_MS"] = "300" });
        var never = new TaskCompletionSource();
        ingest.Store.BeforeCommit = _ => never.Task;

        using var response = await ingest.PostAsync(Metric("r"));

        await AssertComeBackAsync(response, "BACKEND_UNAVAILABLE");
        never.SetResult();
    }

    [Fact]
    public async Task Callers_are_asked_to_come_back_when_too_many_wait()
    {
        await using var ingest = await IngestHost.StartAsync(
            new() { ["INGEST:MAX_PENDING_REQUESTS"] = "2", ["INGEST:GROUPS_IN_FLIGHT"] = "1" });
        var (arrived, commit) = (new TaskCompletionSource(), new TaskCompletionSource());
        ingest.Store.BeforeCommit = _ =>
        {
            arrived.TrySetResult();
            return commit.Task;
        };
        var first = ingest.PostAsync(Metric("first"));
        await arrived.Task;

        var others = Enumerable.Range(0, 10).Select(index => ingest.PostAsync(Metric($"run-{index}"))).ToList();
        for (var refused = 0; refused < 8; refused++)
        {
            var answer = await Task.WhenAny(others);
            others.Remove(answer);
            using var response = await answer;
            await AssertComeBackAsync(response, "RATE_LIMITED");
        }

        commit.SetResult();
        foreach (var answer in others.Append(first))
        {
            using var response = await answer;
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        }
        Assert.Equal(3, ingest.Store.Events.Count);
    }

    [Fact]
    public async Task A_caller_that_hangs_up_does_not_hurt_its_group()
    {
        await using var ingest = await IngestHost.StartAsync();
        var (arrived, commit) = (new TaskCompletionSource(), new TaskCompletionSource());
        ingest.Store.BeforeCommit = _ =>
        {
            arrived.TrySetResult();
            return commit.Task;
        };
        using var impatience = new CancellationTokenSource();
        using var content = new StringContent(Metric("gone"), Encoding.UTF8, "application/json");
        var gone = ingest.Http.PostAsync("/api/events/ml", content, impatience.Token);
        await arrived.Task;
        var staying = ingest.PostAsync(Metric("stays"));

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        commit.SetResult();

        using var response = await staying;
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Contains(ingest.Store.Events, stored => stored.RunId == "stays");
    }

    [Fact]
    public async Task A_request_larger_than_a_group_stays_whole_and_alone()
    {
        await using var ingest = await IngestHost.StartAsync(new() { ["INGEST:GROUP_EVENTS"] = "10" });

        await Task.WhenAll(Enumerable.Range(0, 20).Select(index =>
            ingest.AcceptedAsync($"[{string.Join(',', Enumerable.Repeat(Metric($"run-{index}"), index % 2 == 0 ? 25 : 1))}]")));

        Assert.Equal((10 * 25) + 10, ingest.Store.Events.Count);
        Assert.All(ingest.Store.Batches, batch => Assert.True(
            batch.Requests.Count == 1 || batch.Requests.Sum(request => request.Events.Count) <= 10, $"{batch.Requests.Count} requests"));
        Assert.Equal(10, ingest.Store.Batches.Count(batch => batch.Requests[0].Events.Count == 25));
    }

    [Fact]
    public async Task Groups_are_on_their_way_side_by_side()
    {
        await using var ingest = await IngestHost.StartAsync(new() { ["INGEST:GROUP_EVENTS"] = "1", ["INGEST:GROUPS_IN_FLIGHT"] = "4" });
        var (count, together) = (0, new TaskCompletionSource());
        ingest.Store.BeforeCommit = _ =>
        {
            if (Interlocked.Increment(ref count) == 4)
            {
                together.SetResult();
            }
            return together.Task;
        };

        var accepted = await Task.WhenAll(Enumerable.Range(0, 4).Select(index => ingest.AcceptedAsync(Metric($"run-{index}"))));

        Assert.Equal(4, accepted.Sum());
    }

    [Fact]
    public async Task Options_that_make_no_sense_are_refused_at_the_start_by_their_key()
    {
        var failure = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(
            () => IngestHost.StartAsync(new() { ["INGEST:MAX_EVENTS"] = "0" }));

        Assert.Contains("INGEST__MAX_EVENTS must be from 1 to", failure.Message, StringComparison.Ordinal);
    }

    private static string Metric(string run) => $$"""{"event":"ml.run.metric","trial_id":"{{run}}","measurements":{"loss":1} }""";

    private static async Task AssertComeBackAsync(HttpResponseMessage response, string code)
    {
        var problem = await ReadProblem.FromAsync(response);
        Assert.Equal(code, problem.Code);
        Assert.DoesNotContain("secret", problem.Message, StringComparison.Ordinal);
        Assert.True(response.Headers.RetryAfter?.Delta > TimeSpan.Zero);
    }
}
