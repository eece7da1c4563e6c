using System.Net;
using System.Text.Json;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Tests.Training;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Mlflow;

/// <summary>Ends, restarts, deletions and renames, and runs that Trainyard trains.</summary>
public class LifeTests(PostgresServer postgres, RedisServer redis) : MlflowTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_finished_run_that_starts_again_keeps_its_curves(string database)
    {
        await using var store = await StartAsync(database);
        var run = await RunAsync(store);
        await LogAsync(store, run, "loss", 3, 10, 0);
        await LogAsync(store, run, "loss", 2, 20, 1);

        foreach (var status in (string[])["FINISHED", "FAILED", "KILLED", "FINISHED", "RUNNING"])
        {
            await PostAsync(store, "runs/update", new { run_id = run, status, end_time = 1700000000000 });
            var info = (await ReadAsync(store, run)).GetProperty("info");
            Assert.Equal((status, status != "RUNNING"), (Text(info, "status"), info.TryGetProperty("end_time", out _)));
        }
        await LogAsync(store, run, "test_acc", 0.9, 30, 0);
        await PostAsync(store, "runs/update", new { run_id = run, status = "FINISHED", run_name = "renamed" });

        Assert.Equal([(3, 10, 0), (2, 20, 1)], await HistoryAsync(store, run, "loss"));
        var own = await store.GetAsync($"/api/runs/{run}");
        Assert.Equal(("renamed", "completed", 1), (Text(own, "name"), Text(own, "status"), own.GetProperty("attempt").GetInt32()));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_deleted_run_is_read_and_restored_but_not_written(string database)
    {
        await using var store = await StartAsync(database);
        var run = await RunAsync(store);
        await PostAsync(store, "runs/delete", new { run_id = run });

        Assert.Equal("deleted", Text((await ReadAsync(store, run)).GetProperty("info"), "lifecycle_stage"));
        foreach (var (path, body) in new (string, object)[]
        {
            ("runs/log-metric", new { run_id = run, key = "k", value = 1, timestamp = 1 }),
            ("runs/set-tag", new { run_id = run, key = "k", value = "1" }), ("runs/delete-tag", new { run_id = run, key = "k" }),
            ("runs/update", new { run_id = run, status = "FINISHED" }),
        })
        {
            Assert.Contains($"The run {run} must be in the 'active' state", (await RefusedAsync(store, path, body)).Message,
                StringComparison.Ordinal);
        }
        Assert.Equal([run], await SearchAsync(store, new { experiment_ids = new[] { "0" }, run_view_type = "DELETED_ONLY" }));
        Assert.Empty(await SearchAsync(store, new { experiment_ids = new[] { "0" } }));
        await PostAsync(store, "runs/restore", new { run_id = run });
        Assert.Equal([run], await SearchAsync(store, new { experiment_ids = new[] { "0" } }));
        Assert.Contains("No tag with name: k", (await RefusedAsync(store, "runs/delete-tag", new { run_id = run, key = "k" })).Message,
            StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Experiments_are_renamed_tagged_deleted_with_their_runs_and_restored(string database)
    {
        await using var store = await StartAsync(database);
        var id = await ExperimentAsync(store, "one");
        var run = await RunAsync(store, id);
        var taken = await RefusedAsync(store, "experiments/create", new { name = "one" });
        Assert.Equal((HttpStatusCode.BadRequest, "RESOURCE_ALREADY_EXISTS"), (taken.Status, taken.Code));

        await PostAsync(store, "experiments/update", new { experiment_id = id, new_name = "two" });
        await PostAsync(store, "experiments/set-experiment-tag", new { experiment_id = id, key = "a", value = "x\ny" });
        await PostAsync(store, "experiments/set-experiment-tag", new { experiment_id = id, key = "b", value = "" });
        await PostAsync(store, "experiments/delete-experiment-tag", new { experiment_id = id, key = "b" });
        await PostAsync(store, "experiments/delete", new { experiment_id = id });

        var deleted = (await GetAsync(store, "experiments/get-by-name?experiment_name=two")).GetProperty("experiment");
        Assert.Equal((id, "deleted", "x\ny"), (Text(deleted, "experiment_id"), Text(deleted, "lifecycle_stage"),
            Text(deleted.GetProperty("tags")[0], "value")));
        Assert.Equal("deleted", Text((await ReadAsync(store, run)).GetProperty("info"), "lifecycle_stage"));
        Assert.Equal("INVALID_PARAMETER_VALUE", (await RefusedAsync(store, "runs/create", new { experiment_id = id })).Code);
        Assert.Equal(["Default"], await NamesAsync(store, new { }));
        Assert.Equal(["two"], await NamesAsync(store, new { view_type = "DELETED_ONLY" }));
        await PostAsync(store, "experiments/restore", new { experiment_id = id });
        Assert.Equal("active", Text((await ReadAsync(store, run)).GetProperty("info"), "lifecycle_stage"));
        Assert.Equal("RESOURCE_DOES_NOT_EXIST", (await RefusedAsync(store, "experiments/restore", new { experiment_id = id })).Code);
        Assert.Equal("two", Text(await store.GetAsync($"/api/experiments/{id}"), "name"));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Experiments_are_searched_in_pages(string database)
    {
        await using var store = await StartAsync(database);
        foreach (var (name, value) in new[] { ("a", "value"), ("ab", "vaLue"), ("Abc", "") })
        {
            await PostAsync(store, "experiments/create", new { name, tags = new[] { new { key = "key", value } } });
        }

        Assert.Equal(["Abc", "ab", "a", "Default"], await NamesAsync(store, new { }));
        Assert.Equal(["ab", "a"], await NamesAsync(store, new { filter = "name LIKE 'a%'" }));
        Assert.Equal(["a"], await NamesAsync(store, new { filter = "attribute.name = 'a' and tag.key = 'value'" }));
        Assert.Equal(["Abc", "ab"], await NamesAsync(store, new { filter = "tags.key != 'value'" }));
        Assert.Equal(["ab", "a"], await NamesAsync(store, new { filter = "tag.key ILIKE '%ALU%'" }));
        Assert.Equal(["ab", "a", "Default", "Abc"], await NamesAsync(store, new { order_by = new[] { "name DESC" } }));
        var page = await PostAsync(store, "experiments/search", new { max_results = 3 });
        Assert.Equal(["Default"], await NamesAsync(store, new { page_token = Text(page, "next_page_token") }));
        Assert.Equal("Default", Text((await GetAsync(store, "experiments/search?filter=name%3D%27Default%27"))
            .GetProperty("experiments")[0], "name"));
    }

    private static async Task<List<string>> NamesAsync(StoreHost store, object search) =>
        [.. (await PostAsync(store, "experiments/search", search)).GetProperty("experiments").EnumerateArray()
            .Select(experiment => Text(experiment, "name"))];
}

/// <summary>Runs that Trainyard trains are read, not written.</summary>
public class OwnRunTests(PostgresServer postgres, RedisServer redis) : TrainingTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_run_of_Trainyards_trainer_is_read_only(string database)
    {
        await using var store = await StartTrainingAsync(database);
        var run = await TrainAsync(store);
        using var client = new HttpClient { BaseAddress = store.Address };

        var read = JsonElement.Parse(await client.GetStringAsync(new Uri($"api/2.0/mlflow/runs/get?run_id={run}", UriKind.Relative)));
        Assert.Equal("SCHEDULED", read.GetProperty("run").GetProperty("info").GetProperty("status").GetString());
        foreach (var (path, json) in new[]
        {
            ("log-metric", """ "key":"train_loss","value":1,"timestamp":1 """), ("log-batch", """ "metrics":[] """),
            ("set-tag", """ "key":"k","value":"v" """), ("update", """ "status":"FINISHED" """), ("delete", """ "x":1 """),
        })
        {
            using var content = new StringContent(
                $$"""{"run_id":"{{run}}",{{json}}}""", System.Text.Encoding.UTF8, "application/json");
            using var response = await client.PostAsync(new Uri($"api/2.0/mlflow/runs/{path}", UriKind.Relative), content);
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
            Assert.Contains("PERMISSION_DENIED", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        Assert.Equal(RunStatus.Queued.Name(), (await store.GetAsync($"/api/runs/{run}")).GetProperty("status").GetString());
    }
}
