using Trainyard.Contracts.Runs;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Mlflow;

/// <summary>Searches of runs, and histories of metrics.</summary>
public class SearchTests(PostgresServer postgres, RedisServer redis) : MlflowTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Runs_are_filtered_and_ordered_as_in_MLflow(string database)
    {
        await using var store = await StartAsync(database);
        var experiment = await ExperimentAsync(store, "search");
        var ids = new List<string>();
        foreach (var (name, start, loss, lr) in new (string, long, object?, string)[]
        {
            ("one", 3000, 2.0, "0.1"), ("two", 2000, "NaN", "0.01"), ("three", 1000, 1.0, "0.001"), ("four", 4000, null, "1"),
        })
        {
            var run = await PostAsync(store, "runs/create", new { experiment_id = experiment, run_name = name, start_time = start });
            ids.Add(Text(run.GetProperty("run").GetProperty("info"), "run_id"));
            await PostAsync(store, "runs/log-batch", new
            {
                run_id = ids[^1],
                metrics = loss is null ? [] : new[] { new { key = "val loss", value = loss, timestamp = 1 } },
                @params = new[] { new { key = "lr", value = lr } },
                tags = new[] { new { key = "mlflow.user", value = name } },
            });
        }
        await PostAsync(store, "runs/update", new { run_id = ids[0], status = "KILLED" });
        await PostAsync(store, "runs/update", new { run_id = ids[1], status = "FAILED" });

        async Task AssertFoundAsync(string? filter, string[] orders, params int[] expected)
        {
            var found = await SearchAsync(store, new { experiment_ids = new[] { experiment }, filter, order_by = orders });
            Assert.Equal(expected, found.Select(id => ids.IndexOf(id)));
        }

        await AssertFoundAsync(null, [], 3, 0, 1, 2);
        await AssertFoundAsync("", ["metrics.`val loss`"], 2, 0, 1, 3);
        await AssertFoundAsync(null, ["metrics.\"val loss\" DESC", "start_time"], 0, 2, 1, 3);
        await AssertFoundAsync(null, ["params.lr ASC"], 2, 1, 0, 3);
        await AssertFoundAsync(null, ["attributes.status", "attribute.start_time ASC"], 0, 1, 2, 3);
        await AssertFoundAsync("metrics.`val loss` > 0.5", [], 0, 2);
        await AssertFoundAsync("metric.\"val loss\" != 1", [], 0);
        await AssertFoundAsync("params.lr LIKE '0.0%'", [], 1, 2);
        await AssertFoundAsync("parameters.lr = '1'", [], 3);
        await AssertFoundAsync("status = 'RUNNING'", [], 3, 2);
        await AssertFoundAsync("attributes.status != 'KILLED' AND run_name ILIKE 'T%'", [], 1, 2);
        await AssertFoundAsync($"attributes.run_id IN ('{ids[0]}', '{ids[2]}')", [], 0, 2);
        await AssertFoundAsync($"run_id NOT IN ('{ids[0]}')", [], 3, 1, 2);
        await AssertFoundAsync("attributes.start_time >= 3000 and start_time < 4000", [], 0);
        await AssertFoundAsync("tags.`mlflow.runName` = 'two' and tag.mlflow.user = 'two'", [], 1);
        await AssertFoundAsync("attributes.user_id = 'four'", ["attributes.\"Run name\""], 3);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Pages_of_runs_that_started_together_follow_by_id(string database)
    {
        await using var store = await StartAsync(database);
        var ids = new List<string>();
        for (var index = 0; index < 5; index++)
        {
            ids.Add(await RunAsync(store));
        }
        await store.StoreAsync(Event.Start("silent"), Event.Stop("silent", RunStatus.Interrupted));

        var first = await PostAsync(store, "runs/search", new
        {
            experiment_ids = new[] { "0" },
            max_results = 3,
            filter = "attributes.experiment_id = '0' and status = 'RUNNING'",
        });
        var second = await PostAsync(store, "runs/search", new
        {
            experiment_ids = new[] { "0" },
            max_results = 3,
            page_token = Text(first, "next_page_token"),
            filter = "attributes.experiment_id = '0' and status = 'RUNNING'",
        });

        Assert.Equal(ids.Order(StringComparer.Ordinal), first.GetProperty("runs").EnumerateArray()
            .Concat(second.GetProperty("runs").EnumerateArray()).Select(run => Text(run.GetProperty("info"), "run_id")));
        Assert.False(second.TryGetProperty("next_page_token", out _));
        Assert.Equal(["silent"], await SearchAsync(store, new { experiment_ids = new[] { "0" }, filter = "attributes.status = 'KILLED'" }));
        Assert.Empty(await SearchAsync(store, new { experiment_ids = Array.Empty<string>() }));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_history_is_read_in_pages_and_for_charts(string database)
    {
        await using var store = await StartAsync(database);
        var (one, two) = (await RunAsync(store), await RunAsync(store));
        foreach (var (run, count) in new[] { (one, 10), (two, 20) })
        {
            await PostAsync(store, "runs/log-batch", new
            {
                run_id = run,
                metrics = Enumerable.Range(0, count).Select(step => new { key = "m", value = 10, timestamp = 1, step }),
            });
        }
        await LogAsync(store, one, "m", 11, 2, -3);

        var page = await GetAsync(store, $"metrics/get-history?run_id={one}&metric_key=m&max_results=4");
        Assert.Equal([-3, 0, 1, 2], page.GetProperty("metrics").EnumerateArray().Select(metric => Point(metric).Step));
        var rest = await HistoryAsync(
            store, one, "m", $"&max_results=100&page_token={Uri.EscapeDataString(Text(page, "next_page_token"))}");
        Assert.Equal([3, 4, 5, 6, 7, 8, 9], rest.Select(point => point.Step));
        Assert.Empty(await HistoryAsync(store, one, "none"));

        var bulk = await GetAsync(store, $"metrics/get-history-bulk?run_id={one}&run_id={two}&metric_key=m&max_results=12");
        Assert.Equal(12, bulk.GetProperty("metrics").GetArrayLength());
        var shown = await GetAsync(store,
            $"metrics/get-history-bulk-interval?run_ids={one}&run_ids={two}&metric_key=m&start_step=0&end_step=100&max_results=5");
        Assert.Equal([0, 4, 8, 9, 0, 4, 8, 9, 12, 16, 19],
            shown.GetProperty("metrics").EnumerateArray().Select(metric => Point(metric).Step));
        foreach (var (query, message) in new[]
        {
            ("metric_key=m", "Missing value for required parameter 'run_ids'"), ($"run_ids={one}", "parameter 'metric_key'"),
            ($"run_ids={one}&metric_key=m&max_results=0", "between 1 and 2500"),
            ($"run_ids={one}&metric_key=m&start_step=1&end_step=0", "end_step must be greater"),
            ($"run_ids={one}&metric_key=m&start_step=1", "both must be specified"),
            (string.Join('&', Enumerable.Range(0, 101).Select(index => $"run_ids={index}")), "at most 100 run_ids"),
        })
        {
            var refused = await RefusedAsync(store, HttpMethod.Get, $"api/2.0/mlflow/metrics/get-history-bulk-interval?{query}");
            Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        }
    }
}
