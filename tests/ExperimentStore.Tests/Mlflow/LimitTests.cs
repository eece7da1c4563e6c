using System.Net;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Mlflow;

/// <summary>The limits of MLflow's protocol, from both sides, and repeated requests.</summary>
public class LimitTests(PostgresServer postgres, RedisServer redis) : MlflowTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_batch_may_be_as_large_as_its_limits_and_no_larger(string database)
    {
        await using var store = await StartAsync(database);
        var run = await RunAsync(store);

        await PostAsync(store, "runs/log-batch", new { run_id = run, metrics = Metrics(1000) });
        await PostAsync(store, "runs/log-batch", new { run_id = run, @params = Pairs(100, "p"), tags = Pairs(100, "t") });

        var read = await ReadAsync(store, run);
        Assert.Equal((1000, 100), (read.GetProperty("data").GetProperty("metrics").GetArrayLength(), Pairs(read, "params").Count));
        Assert.Equal(101, Pairs(read, "tags").Count);
        await AssertInvalidAsync(store, new { run_id = run, metrics = Metrics(1001) }, "at most 1000 metrics");
        await AssertInvalidAsync(store, new { run_id = run, @params = Pairs(101, "x") }, "at most 100 params");
        await AssertInvalidAsync(store, new { run_id = run, tags = Pairs(101, "x") }, "at most 100 tags");
        await AssertInvalidAsync(
            store, new { run_id = run, metrics = Metrics(999), tags = Pairs(2, "x") }, "at most 1000 metrics, params, and tags");
        var tooLong = await RefusedAsync(store, "runs/log-batch", new { run_id = run, tags = new[] { Pair("k", new('v', 1_000_001)) } });
        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE"), (tooLong.Status, tooLong.Code));
        Assert.DoesNotContain("x0", Pairs(await ReadAsync(store, run), "tags").Keys);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Names_and_numbers_outside_their_limits_are_refused(string database)
    {
        await using var store = await StartAsync(database);
        var run = await RunAsync(store);
        var longest = new string('k', 250);

        await PostAsync(store, "runs/log-batch", new
        {
            run_id = run,
            metrics = new[] { Metric(longest, 1, 0), Metric("a/b c.d-e_f", 1, -(1L << 53)) },
            @params = new[] { Pair(longest, "") },
            tags = new[] { Pair(longest, "") },
        });

        foreach (var name in (string[])[longest + "k", "a//b", "../a", "/a", "a/./b", ".", "a?b", "a\nb", "a\"b"])
        {
            await AssertInvalidAsync(store, new { run_id = run, metrics = new[] { Metric(name, 1, 0) } }, "");
            await AssertInvalidAsync(store, new { run_id = run, @params = new[] { Pair(name, "") } }, "");
            await AssertInvalidAsync(store, new { run_id = run, tags = new[] { Pair(name, "") } }, "");
        }
        await AssertInvalidAsync(store, new { run_id = run, metrics = new[] { Metric("m", -1, 0) } }, "invalid timestamp -1");
        await AssertInvalidAsync(store, new { run_id = run, metrics = new[] { Metric("m", long.MaxValue, 0) } }, "invalid timestamp");
        await AssertInvalidAsync(store, new { run_id = run, metrics = new[] { Metric("m", 1, (1L << 53) + 1) } }, "invalid step");
        await AssertInvalidAsync(store, new { run_id = run, metrics = new[] { new { key = "mae", value = 2.5 } } },
            "Invalid value [{'key': 'mae', 'value': 2.5}] for parameter 'metrics' supplied");
        await AssertInvalidAsync(store, new { run_id = run, @params = new[] { Pair("p", "1"), Pair("p", "2") } }, "['p']");
        var name501 = await RefusedAsync(store, "experiments/create", new { name = new string('e', 501) });
        Assert.Equal("INVALID_PARAMETER_VALUE", name501.Code);
        await ExperimentAsync(store, new string('e', 500));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Long_values_are_cut_and_the_runs_log_says_so(string database)
    {
        await using var store = await StartAsync(database);
        var run = await RunAsync(store);

        await PostAsync(store, "runs/log-parameter", new { run_id = run, key = "p", value = new string('v', 6001) });
        await PostAsync(store, "runs/log-parameter", new { run_id = run, key = "p", value = new string('v', 6001) });
        await PostAsync(store, "runs/set-tag", new { run_id = run, key = "t", value = new string('v', 5001) });

        var read = await ReadAsync(store, run);
        Assert.Equal((6000, 5000), (Pairs(read, "params")["p"].Length, Pairs(read, "tags")["t"].Length));
        var log = await store.GetAsync($"/api/runs/{run}/logs");
        Assert.Contains("cut from 6001 to 6000", log.ToString(), StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_repeated_request_changes_nothing(string database)
    {
        await using var store = await StartAsync(database);
        var run = await RunAsync(store);
        var batch = new
        {
            run_id = run,
            metrics = new[] { Metric("loss", 20, 1), Metric("loss", 10, 1), Metric("loss", 10, 1), Metric("flat", 7, 0) },
            @params = new[] { Pair("lr", "0.1") },
            tags = new[] { Pair("t", "1") },
        };

        foreach (var _ in Enumerable.Range(0, 3))
        {
            await PostAsync(store, "runs/log-batch", batch);
            await LogAsync(store, run, "loss", double.MaxValue, 5);
        }

        Assert.Equal([(double.MaxValue, 5, 0), (1, 20, 1), (1, 10, 1)], await HistoryAsync(store, run, "loss"));
        Assert.Equal([(1, 7, 0)], await HistoryAsync(store, run, "flat"));
        Assert.Equal(2, (await store.GetAsync($"/api/runs/{run}/metrics/latest")).GetProperty("series").GetArrayLength());
        await LogAsync(store, run, "flat", 2, 7);
        Assert.Equal([(1, 7, 0), (2, 7, 0)], await HistoryAsync(store, run, "flat"));
        var changed = await RefusedAsync(store, "runs/log-parameter", new { run_id = run, key = "lr", value = "0.2" });
        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE"), (changed.Status, changed.Code));
        Assert.StartsWith("Changing param values is not allowed.", changed.Message, StringComparison.Ordinal);
    }

    private static async Task AssertInvalidAsync(StoreHost store, object batch, string message)
    {
        var refused = await RefusedAsync(store, "runs/log-batch", batch);
        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE"), (refused.Status, refused.Code));
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    private static object[] Metrics(int count) =>
        [.. Enumerable.Range(0, count).Select(index => Metric($"m{index}", 1, 0))];

    private static object[] Pairs(int count, string prefix) =>
        [.. Enumerable.Range(0, count).Select(index => Pair($"{prefix}{index}", "v"))];

    private static object Metric(string key, long timestamp, long step) => new { key, value = 1, timestamp, step };

    private static object Pair(string key, string value) => new { key, value };
}
