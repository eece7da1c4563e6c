using System.Text.Json;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Runs;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Events;

/// <summary>The end of an external run, and its restart.</summary>
public class EndingTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Final_values_belong_to_the_last_step_and_show_as_final(string database)
    {
        await using var store = await StartAsync(database);

        await store.StoreAsync([.. Enumerable.Range(1, 5).Select(step => Event.Metric("r", step, "loss", 6 - step))]);
        await store.StoreAsync(Final("r", ("loss", 0.5), ("test_acc", 0.9)));
        await store.StoreAsync(Event.Metric("r", 9, "loss", 7));

        Assert.Equal([("loss", 9L, 7L), ("test_acc", 5L, 1L)], await SeriesAsync(store, "r"));
        var curve = await CurveAsync(store, "r", "loss");
        Assert.Equal([(1, 5), (2, 4), (3, 3), (4, 2), (5, 1), (5, 0.5), (9, 7)], curve);
        var final = (await store.GetAsync("/api/runs/r")).GetProperty("final_metrics");
        Assert.Equal((0.5, 0.9), (final.GetProperty("loss").GetDouble(), final.GetProperty("test_acc").GetDouble()));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Final_values_in_one_request_or_of_runs_without_steps_get_the_last_step(string database)
    {
        await using var store = await StartAsync(database);

        await store.StoreAsync(
            Event.Metric("counted", null, "loss", 3), Event.Metric("counted", null, "loss", 2), Event.Metric("counted", null, "loss", 1),
                Final("counted", ("acc", 0.5)));
        await store.StoreAsync(
            new SystemSampled
            {
                EventId = Guid.NewGuid(),
                RunId = "stored",
                Time = Event.Noon,
                Measurements = new Dictionary<string, double> { ["cpu"] = 1 },
            },
            Event.Metric("stored", null, "loss", 3), Event.Metric("stored", null, "loss", 2));
        await store.StoreAsync(Final("stored", ("acc", 0.5)));
        await store.StoreAsync(Event.Metric("own", 3, "loss", 1), Final("own", ("acc", 0.5)) with { Step = 7 });
        await store.StoreAsync(Final("silent", ("acc", double.NaN)));

        Assert.Contains(("acc", 2L, 1L), await SeriesAsync(store, "counted"));
        Assert.Contains(("acc", 1L, 1L), await SeriesAsync(store, "stored"));
        Assert.Contains(("acc", 7L, 1L), await SeriesAsync(store, "own"));
        Assert.Contains(("acc", 0L, 1L), await SeriesAsync(store, "silent"));
        Assert.Equal("NaN", (await store.GetAsync("/api/runs/silent")).GetProperty("final_metrics").GetProperty("acc").GetString());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_progress_of_an_ended_run_is_at_the_step_its_message_names(string database)
    {
        await using var store = await StartAsync(database);

        await store.StoreAsync(
            Event.Heartbeat("r") with { Step = 12, TotalSteps = 20 },
            Event.Stop("r", RunStatus.Cancelled) with { Step = 17, Message = "Cancelled after step 17 of 20." },
            Event.Metric("further", 30, "loss", 1),
            Event.Stop("further", RunStatus.Cancelled) with { Step = 17 });

        Assert.Equal((17, 0.85), await ProgressAsync("r"));
        Assert.Equal(30, (await store.GetAsync("/api/runs/further")).GetProperty("progress").GetProperty("step").GetInt64());

        async Task<(long Step, double Fraction)> ProgressAsync(string run)
        {
            var progress = (await store.GetAsync($"/api/runs/{run}")).GetProperty("progress");
            return (progress.GetProperty("step").GetInt64(), progress.GetProperty("fraction").GetDouble());
        }
    }

    [Theory]
    [InlineData("sqlite", RunStatus.Failed)]
    [InlineData("postgres", RunStatus.Failed)]
    [InlineData("sqlite", RunStatus.Interrupted)]
    [InlineData("sqlite", RunStatus.Unknown)]
    public async Task A_finished_run_that_starts_again_opens_an_attempt(string database, RunStatus ended)
    {
        await using var store = await StartAsync(database);
        var again = DateTimeOffset.UtcNow.AddHours(1);
        await store.StoreAsync(Event.Start("r"), Event.Metric("r", 1, "loss", 9), Event.Metric("r", 2, "loss", 8),
            Event.Metric("r", 3, "loss", 7));
        await store.StoreAsync(Event.Stop("r", ended) with { Message = "out of memory", ErrorKind = "oom" });

        await store.StoreAsync(Event.Start("r") with { Time = again }, Event.Metric("r", 1, "loss", 5), Event.Metric("r", 2, "loss", 4));

        var running = await store.GetAsync("/api/runs/r");
        Assert.Equal(
            ("running", 2, 2), (Text(running, "status"), running.GetProperty("attempt").GetInt32(),
            running.GetProperty("progress").GetProperty("step").GetInt64()));
        Assert.Equal((null, null), (Text(running, "message"), Text(running, "error_kind")));
        Assert.Equal([(1, 5), (2, 4)], await CurveAsync(store, "r", "loss"));
        await store.StoreAsync(Event.Stop("r", RunStatus.Completed) with { Time = again.AddMinutes(1) });
        Assert.Equal("completed", Text(await store.GetAsync("/api/runs/r"), "status"));
        Assert.Equal(2, (await store.GetAsync("/api/runs/r")).GetProperty("attempts").GetArrayLength());
    }

    [Theory]
    [InlineData("sqlite", RunStatus.Failed)]
    [InlineData("postgres", RunStatus.Failed)]
    [InlineData("sqlite", RunStatus.Interrupted)]
    public async Task An_end_and_a_new_start_in_one_request_count_in_their_order(string database, RunStatus ended)
    {
        await using var store = await StartAsync(database);

        await store.StoreAsync(
            Event.Start("r"), Event.Metric("r", 1, "loss", 9), Event.Metric("r", 2, "loss", 8), Event.Stop("r", ended),
            Event.Start("r"), Event.Metric("r", 1, "loss", 5), Event.Stop("r", RunStatus.Completed));

        var run = await store.GetAsync("/api/runs/r");
        Assert.Equal(("completed", 2), (Text(run, "status"), run.GetProperty("attempt").GetInt32()));
        Assert.Equal([(1, 5)], await CurveAsync(store, "r", "loss"));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Values_without_steps_restart_with_the_attempt(string database)
    {
        await using var store = await StartAsync(database);
        var again = DateTimeOffset.UtcNow.AddHours(1);
        await store.StoreAsync(Event.Metric("r", null, "loss", 9), Event.Metric("r", null, "loss", 8), Event.Metric("r", null, "loss", 7),
            Event.Stop("r", RunStatus.Failed));

        await store.StoreAsync(Event.Start("r") with { Time = again }, Event.Metric("r", null, "loss", 5),
            Event.Metric("r", null, "loss", 4));
        await store.StoreAsync(Event.Metric("r", null, "loss", 3));

        Assert.Equal([(0, 5), (1, 4), (2, 3)], await CurveAsync(store, "r", "loss"));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_start_before_the_end_or_of_a_known_attempt_opens_none(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync(Event.Metric("r", 1, "loss", 9), Event.Stop("r", RunStatus.Completed));

        await store.StoreAsync(
            Event.Start("r") with { Time = Event.Noon.AddSeconds(-1), Name = "late" },
            Event.Start("r") with { Time = DateTimeOffset.UtcNow.AddHours(1), Attempt = 1 });

        var run = await store.GetAsync("/api/runs/r");
        Assert.Equal(("completed", 1, "late"), (Text(run, "status"), run.GetProperty("attempt").GetInt32(), Text(run, "name")));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Any_event_may_describe_its_run(string database)
    {
        await using var store = await StartAsync(database);

        await store.StoreAsync(Event.Metric("r", 1, "loss", 9) with
        {
            SpectralNorm = true,
            Hyperparams = JsonElement.Parse("""{"lr":0.5}"""),
            MlflowRunId = "mlf",
            Tags = new Dictionary<string, string> { ["team"] = "nlp" },
        });

        var run = await store.GetAsync("/api/runs/r");
        Assert.True(run.GetProperty("spectral_norm").GetBoolean());
        Assert.Equal((0.5, "mlf", "nlp"),
            (run.GetProperty("config").GetProperty("lr").GetDouble(), Text(run, "mlflow_run_id"),
                run.GetProperty("tags").GetProperty("team").GetString()));
        var found = await store.GetAsync($"/api/runs?filter={Uri.EscapeDataString("params.lr = 0.5 and tags.team = 'nlp'")}");
        Assert.Equal("r", Text(Assert.Single(found.GetProperty("items").EnumerateArray()), "run_id"));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_unknown_status_ends_the_run(string database)
    {
        await using var store = await StartAsync(database);

        await store.StoreAsync(Event.Metric("r", 1, "loss", 9),
            Event.Stop("r", RunStatus.Unknown) with { Message = "It ended with the status 'melted'." });

        var found = await store.GetAsync("/api/runs?status=unknown");
        var run = Assert.Single(found.GetProperty("items").EnumerateArray());
        Assert.Equal(("r", "It ended with the status 'melted'."), (Text(run, "run_id"), Text(run, "message")));
        Assert.Equal(JsonValueKind.String, run.GetProperty("ended_at").ValueKind);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Setting_a_status_clears_the_message_about_silence(string database)
    {
        await using var store = await StartAsync(database,
            settings: [("RUNS:SILENCE_SECONDS", "1"), ("RUNS:MIN_SILENCE_SECONDS", "1"), ("RUNS:RECONCILE_EVERY_SECONDS", "1")]);
        await store.StoreAsync(Event.Metric("r", 1, "loss", 9));
        var silent = await Wait.UntilAsync(() => store.GetAsync("/api/runs/r"), run => Text(run, "status") is "interrupted");
        Assert.Matches("^No heartbeat for [0-9]+ s\\.$", Text(silent, "message"));

        var completed = await store.SendAsync(HttpMethod.Put, "/api/runs/r", new { status = "completed" });

        Assert.Equal(("completed", null), (Text(completed, "status"), Text(completed, "message")));
    }

    private static RunStopped Final(string run, params (string Name, double Value)[] values) =>
        Event.Stop(run, RunStatus.Completed) with { Measurements = values.ToDictionary(value => value.Name, value => value.Value) };

    private static async Task<List<(string Name, long Step, long Count)>> SeriesAsync(StoreHost store, string run) =>
        [.. (await store.GetAsync($"/api/runs/{run}/metrics/latest")).GetProperty("series").EnumerateArray()
            .Select(value => (Text(value, "name") ?? "", value.GetProperty("step").GetInt64(), value.GetProperty("count").GetInt64()))];

    private static async Task<List<(long Step, double Value)>> CurveAsync(StoreHost store, string run, string name) =>
        [.. (await store.GetAsync($"/api/runs/{run}/metrics?keys={name}")).GetProperty("series")[0].GetProperty("points").EnumerateArray()
            .Select(point => (point.GetProperty("step").GetInt64(), point.GetProperty("value").GetDouble()))];

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
