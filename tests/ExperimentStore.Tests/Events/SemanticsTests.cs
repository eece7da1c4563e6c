using System.Text.Json;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Runs;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Events;

public class SemanticsTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_metric_of_an_unknown_run_creates_it(string database)
    {
        await using var store = await StartAsync(database);

        await store.StoreAsync(Event.Metric("new", 7, "loss", 0.5));

        var run = await store.GetAsync("/api/runs/new");
        Assert.Equal(("running", "external", "new", 7),
            (Text(run, "status"), Text(run, "kind"), Text(run, "name"), run.GetProperty("progress").GetProperty("step").GetInt64()));
        Assert.Equal(0.5, run.GetProperty("metrics").GetProperty("loss").GetDouble());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_start_describes_the_run_and_creates_its_experiment(string database)
    {
        await using var store = await StartAsync(database);

        await store.StoreAsync(Event.Start("r") with
        {
            Name = "first try",
            SpectralNorm = true,
            ExperimentId = "exp-1",
            Hyperparams = JsonElement.Parse("""{"lr": 0.001, "odd": "\ud800\u0000"}"""),
            Tags = new Dictionary<string, string> { ["team"] = "nlp", ["gpu"] = "" },
        });

        var run = await store.GetAsync("/api/runs/r");
        Assert.Equal(("first try", "exp-1"), (Text(run, "name"), Text(run, "experiment_id")));
        Assert.True(run.GetProperty("spectral_norm").GetBoolean());
        Assert.Equal(0.001, run.GetProperty("config").GetProperty("lr").GetDouble());
        Assert.Equal("nlp", run.GetProperty("tags").GetProperty("team").GetString());
        var experiment = await store.GetAsync("/api/experiments/exp-1");
        Assert.Equal(1, experiment.GetProperty("runs").GetProperty("running").GetInt32());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_stop_ends_the_run_and_late_events_do_not_reopen_it(string database)
    {
        await using var store = await StartAsync(database);

        await store.StoreAsync(Event.Metric("r", 1, "loss", 2), Event.Stop("r", RunStatus.Completed) with
        {
            Epochs = 3,
            DurationMs = 1234.5,
            MlflowRunId = "ml",
            Message = "done",
            ModelPath = "s3://bucket/model",
            Step = 2,
            Measurements = new Dictionary<string, double> { ["loss"] = 1 },
        });
        await store.StoreAsync(Event.Start("r") with { Name = "late" }, Event.Metric("r", 3, "loss", 0.5), Event.Heartbeat("r"),
            Event.Stop("r", RunStatus.Failed));

        var run = await store.GetAsync("/api/runs/r");
        Assert.Equal(("completed", "late", "done", "ml"),
            (Text(run, "status"), Text(run, "name"), Text(run, "message"), Text(run, "mlflow_run_id")));
        Assert.Equal(
            (1234.5, 3), (run.GetProperty("duration_ms").GetDouble(), run.GetProperty("progress").GetProperty("epochs").GetInt64()));
        Assert.Equal(JsonValueKind.String, run.GetProperty("ended_at").ValueKind);
        Assert.Equal(0.5, run.GetProperty("metrics").GetProperty("loss").GetDouble());
        var artifacts = await store.GetAsync("/api/artifacts/models/r");
        Assert.Equal("s3://bucket/model", artifacts.GetProperty("registered")[0].GetProperty("path").GetString());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Final_values_equal_to_the_last_point_are_not_stored_again(string database)
    {
        await using var store = await StartAsync(database);

        await store.StoreAsync(Event.Metrics("r", 5, new() { ["loss"] = 1, ["nan"] = double.NaN, ["acc"] = 0.5 }));
        await store.StoreAsync(Event.Stop("r", RunStatus.Completed) with
        {
            Measurements = new Dictionary<string, double> { ["loss"] = 1, ["nan"] = double.NaN, ["acc"] = 0.75, ["total"] = 9 },
        });

        var series = (await store.GetAsync("/api/runs/r/metrics/latest")).GetProperty("series").EnumerateArray();
        Assert.Equal(
            [("acc", 2L, 5L), ("loss", 1L, 5L), ("nan", 1L, 5L), ("total", 1L, 5L)],
            series.Select(item => (Text(item, "name") ?? "", item.GetProperty("count").GetInt64(), item.GetProperty("step").GetInt64())));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_best_flag_moves_and_a_rewritten_checkpoint_keeps_its_id(string database)
    {
        await using var store = await StartAsync(database);

        await store.StoreAsync(Event.Checkpoint("r", "checkpoints/100", 100, best: true));
        var first = (await store.GetAsync("/api/runs/r/checkpoints")).GetProperty("items")[0];
        await store.StoreAsync(Event.Checkpoint("r", "checkpoints/200", 200, best: true), Event.Checkpoint("r", "checkpoints/100", 100));

        var all = (await store.GetAsync("/api/runs/r/checkpoints?order_by=step")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal([(100L, false), (200L, true)],
            all.Select(item => (item.GetProperty("step").GetInt64(), item.GetProperty("is_best").GetBoolean())));
        Assert.Equal(Text(first, "checkpoint_id"), Text(all[0], "checkpoint_id"));
        Assert.Equal(100, (await store.GetAsync($"/api/checkpoints/{Text(first, "checkpoint_id")}")).GetProperty("step").GetInt64());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Series_beyond_the_limit_are_dropped_with_a_warning_and_the_rest_is_kept(string database)
    {
        await using var store = await StartAsync(database, settings: ("RUNS:MAX_SERIES", "10"));

        await store.StoreAsync(
            Event.Metrics("r", 1, Enumerable.Range(0, 30).ToDictionary(index => $"m{index:00}", index => (double)index)),
            Event.Metric("r", 2, "m00", 5),
            Event.Metric("other", 1, "loss", 1));
        await store.StoreAsync(Event.Metric("r", 3, "m00", 6), Event.Metric("r", 3, "another", 6));

        var run = await store.GetAsync("/api/runs/r");
        Assert.Equal(10, run.GetProperty("series_count").GetInt32());
        Assert.Equal(6, run.GetProperty("metrics").GetProperty("m00").GetDouble());
        var line = Assert.Single((await store.GetAsync("/api/runs/r/logs")).GetProperty("logs").EnumerateArray());
        Assert.Equal("warning", Text(line, "level"));
        Assert.Contains("20 new series", Text(line, "message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_after_the_last_possible_step_are_dropped_with_a_warning()
    {
        await using var store = await StartAsync("sqlite");

        await store.StoreAsync(
            Event.Metric("r", (1L << 53) - 1, "loss", 1), Event.Metric("r", null, "loss", 2), Event.Metric("r", null, "loss", 3));
        await store.StoreAsync(Event.Metric("r", null, "loss", 4), Event.Metric("r", null, "acc", 5));

        Assert.Equal([$"{(1L << 53) - 1} 1", $"{1L << 53} 2"], await PointsAsync("loss"));
        Assert.Equal(["0 5"], await PointsAsync("acc"));
        var line = Assert.Single((await store.GetAsync("/api/runs/r/logs")).GetProperty("logs").EnumerateArray());
        Assert.Contains("1 values without a step were dropped: no step follows 2^53", Text(line, "message"), StringComparison.Ordinal);

        async Task<IEnumerable<string>> PointsAsync(string name) =>
            (await store.GetAsync($"/api/runs/r/metrics?keys={name}")).GetProperty("series")[0].GetProperty("points").EnumerateArray()
            .Select(point => $"{point.GetProperty("step").GetInt64()} {point.GetProperty("value")}");
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Text_that_a_database_can_not_store_is_cleaned(string database)
    {
        await using var store = await StartAsync(database);
        var bad = "a\0b\ud800c";

        await store.StoreAsync(
            Event.Start("r") with { Name = bad, Source = bad, Tags = new Dictionary<string, string> { [bad] = bad } },
            Event.Log("r", bad, bad),
            Event.Checkpoint("r", bad, 1),
            Event.Metrics("r", 1, new() { [bad] = 1, ["loss"] = 1, [new string('n', 251)] = 1, [""] = 1 }),
            Event.Metric("r", long.MaxValue, "loss", 1),
            Event.Stop("r", RunStatus.Failed) with { Message = bad, ErrorKind = bad, MlflowRunId = bad, ModelPath = bad });

        var run = await store.GetAsync("/api/runs/r");
        Assert.Equal("a\uFFFDb\uFFFDc", Text(run, "name"));
        Assert.Equal(["loss"], run.GetProperty("metrics").EnumerateObject().Select(metric => metric.Name));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Events_with_invalid_ids_are_dropped_and_the_others_stored(string database)
    {
        await using var store = await StartAsync(database);

        var stored = await store.StoreAsync(
            new AcceptedRequest(
                "a", "req", [Event.Metric("../etc", 1, "loss", 1), Event.Metric("", 1, "loss", 1), Event.Metric("fine", 1, "loss", 1)]),
            new AcceptedRequest("b", "req", [Event.Metric("also-fine", 1, "loss", 1) with { ExperimentId = "fine-too" }]));

        Assert.Equal(2, stored.Stored);
        Assert.Equal(["also-fine", "fine"],
            (await store.GetAsync("/api/runs?order_by=name")).GetProperty("items").EnumerateArray().Select(run => Text(run, "run_id")));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Many_writers_of_one_run_lose_nothing(string database)
    {
        await using var store = await StartAsync(database);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(writer => Task.Run(async () =>
        {
            for (var batch = 0; batch < 5; batch++)
            {
                await store.StoreAsync([.. Enumerable.Range(0, 10).Select(index =>
                    Event.Metrics(
                        index % 2 == 0 ? "even" : "odd", writer * 50 + batch * 10 + index, new() { ["loss"] = writer, ["acc"] = batch }))]);
            }
        })));

        foreach (var run in (string[])["even", "odd"])
        {
            var series = (await store.GetAsync($"/api/runs/{run}/metrics/latest")).GetProperty("series").EnumerateArray().ToList();
            Assert.Equal(
                [("acc", 400L), ("loss", 400L)], series.Select(item => (Text(item, "name") ?? "", item.GetProperty("count").GetInt64())));
        }
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
