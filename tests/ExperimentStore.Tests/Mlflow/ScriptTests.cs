using System.Net;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Mlflow;

/// <summary>A script of MLflow's client, request by request, and the same run in Trainyard's own API.</summary>
public class ScriptTests(PostgresServer postgres, RedisServer redis) : MlflowTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_script_logs_and_reads_and_Trainyard_shows_its_run(string database)
    {
        await using var store = await StartAsync(database);

        // mlflow.set_experiment("norms")
        var absent = await RefusedAsync(store, HttpMethod.Get, "api/2.0/mlflow/experiments/get-by-name?experiment_name=norms");
        Assert.Equal((HttpStatusCode.NotFound, "RESOURCE_DOES_NOT_EXIST"), (absent.Status, absent.Code));
        var experiment = await ExperimentAsync(store, "norms");
        Assert.Equal("norms", Text(
            (await GetAsync(store, $"experiments/get?experiment_id={experiment}")).GetProperty("experiment"), "name"));

        // mlflow.start_run(run_name="first")
        var created = (await PostAsync(store, "runs/create", new
        {
            experiment_id = experiment,
            user_id = "ann",
            run_name = "first",
            start_time = "1700000000000",
            tags = new[] { new { key = "mlflow.user", value = "ann" }, new { key = "mlflow.source.name", value = "train.py" } },
        })).GetProperty("run");
        var run = Text(created.GetProperty("info"), "run_id");
        Assert.Equal("RUNNING", Text(created.GetProperty("info"), "status"));
        Assert.Equal($"mlflow-artifacts:/{experiment}/{run}/artifacts", Text(created.GetProperty("info"), "artifact_uri"));

        await PostAsync(store, "runs/log-parameter", new { run_id = run, run_uuid = run, key = "lr", value = "0.001" });
        await store.SendAsync(HttpMethod.Post, "/api/alerts", new { kind = "above", metric = "loss", threshold = 2 });
        await LogAsync(store, run, "loss", 2.5, 1700000001000, 0);
        var fired = Assert.Single((await store.GetAsync("/api/alerts/fired")).GetProperty("items").EnumerateArray());
        Assert.Equal((run, 2.5), (Text(fired, "run_id"), fired.GetProperty("value").GetDouble()));
        await PostAsync(store, "runs/log-batch", new
        {
            run_id = run,
            metrics = new object[]
            {
                new { key = "loss", value = 1.5, timestamp = 1700000002000, step = 1 },
                new { key = "acc", value = "NaN", timestamp = "1700000002000", step = "1" },
            },
            @params = new[] { new { key = "optimizer/betas", value = "(0.9, 0.999)" } },
            tags = new[] { new { key = "team", value = "nlp" } },
        });
        await PostAsync(store, "runs/set-tag", new { run_id = run, key = "mlflow.note.content", value = "a note" });

        // mlflow.log_artifact("plot.txt"), mlflow.end_run()
        using (var client = Client(store))
        using (var file = new ByteArrayContent("plot"u8.ToArray()))
        {
            using var put = await client.PutAsync(new Uri(Proxy(experiment, run, "plots/plot.txt"), UriKind.Relative), file);
            Assert.Equal(HttpStatusCode.OK, put.StatusCode);
            Assert.Equal("plot", await client.GetStringAsync(new Uri(Proxy(experiment, run, "plots/plot.txt"), UriKind.Relative)));
        }
        var ended = await PostAsync(store, "runs/update", new { run_id = run, status = "FINISHED", end_time = 1700000003000 });
        Assert.Equal("FINISHED", Text(ended.GetProperty("run_info"), "status"));

        var read = await ReadAsync(store, run);
        Assert.Equal(("first", "ann", "FINISHED", "active"), (Text(read.GetProperty("info"), "run_name"),
            Text(read.GetProperty("info"), "user_id"), Text(read.GetProperty("info"), "status"),
            Text(read.GetProperty("info"), "lifecycle_stage")));
        Assert.Equal((1700000000000, 1700000003000), (
            read.GetProperty("info").GetProperty("start_time").GetInt64(), read.GetProperty("info").GetProperty("end_time").GetInt64()));
        Assert.Equal([("acc", double.NaN), ("loss", 1.5)], read.GetProperty("data").GetProperty("metrics").EnumerateArray()
            .Select(metric => (Text(metric, "key"), Point(metric).Value)));
        Assert.Equal(new Dictionary<string, string> { ["lr"] = "0.001", ["optimizer/betas"] = "(0.9, 0.999)" }, Pairs(read, "params"));
        Assert.Equal(["mlflow.note.content", "mlflow.runName", "mlflow.source.name", "mlflow.user", "team"],
            Pairs(read, "tags").Keys.Order(StringComparer.Ordinal));
        Assert.Equal([(2.5, 1700000001000, 0), (1.5, 1700000002000, 1)], await HistoryAsync(store, run, "loss"));
        Assert.Equal([run], await SearchAsync(store, new
        {
            experiment_ids = new[] { experiment },
            filter = "params.lr = '0.001' and metrics.loss < 2 and tags.team = 'nlp' and attributes.status = 'FINISHED'",
        }));

        var own = await store.GetAsync($"/api/runs/{run}");
        Assert.Equal(("first", "completed", experiment, "mlflow", "a note"), (
            Text(own, "name"), Text(own, "status"), Text(own, "experiment_id"), Text(own, "source"), Text(own, "notes")));
        Assert.Equal(1.5, own.GetProperty("metrics").GetProperty("loss").GetDouble());
        Assert.Equal("0.001", Text(own.GetProperty("config"), "lr"));
        Assert.Equal("nlp", Text(own.GetProperty("tags"), "team"));
        Assert.Equal(["plots/plot.txt"], (await store.GetAsync($"/api/artifacts/models/{run}")).GetProperty("registered")
            .EnumerateArray().Select(file => Text(file, "path")));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_run_of_events_is_read_in_the_default_experiment(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync(
            Event.Start("abc-1") with { Name = "by events", Tags = new Dictionary<string, string> { ["a"] = "1" } },
            Event.Metric("abc-1", 3, "loss", 0.5));

        Assert.Equal(["abc-1"], await SearchAsync(store, new { experiment_ids = new[] { "0" } }));
        var run = await ReadAsync(store, "abc-1");
        Assert.Equal(("0", "by events", "unknown"), (Text(run.GetProperty("info"), "experiment_id"),
            Text(run.GetProperty("info"), "run_name"), Text(run.GetProperty("info"), "user_id")));
        await PostAsync(store, "runs/set-tag", new { run_id = "abc-1", key = "b", value = "2" });
        Assert.Equal("2", Text((await store.GetAsync("/api/runs/abc-1")).GetProperty("tags"), "b"));
        Assert.Equal("Default", Text((await GetAsync(store, "experiments/get?experiment_id=0")).GetProperty("experiment"), "name"));
    }

    private static string Proxy(string experiment, string run, string path) =>
        $"api/2.0/mlflow-artifacts/artifacts/{experiment}/{run}/artifacts/{path}";
}
