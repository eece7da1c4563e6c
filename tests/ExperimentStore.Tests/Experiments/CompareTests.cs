using System.Net;
using System.Text.Json;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Experiments.Compare;
using Trainyard.ExperimentStore.Runs;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Experiments;

public class CompareTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Fact]
    public void A_key_with_a_dot_and_a_nested_key_are_told_apart()
    {
        var run = new ComparedRun("r", "r", RunStatus.Completed, RunKind.External, null, null,
            Hyperparameters.Of("""{"a.b":2,"a":{"b":1},"c.d":3}"""), new Dictionary<string, string>());

        Assert.Equal((1, 2), (run["params.a.b"].GetInt32(), run["params.`a.b`"].GetInt32()));
        Assert.Equal((3, 3), (run["c.d"].GetInt32(), run["`c.d`"].GetInt32()));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Runs_are_compared_by_spectral_norm_and_missing_values_do_not_affect_means(string database)
    {
        await using var store = await StartAsync(database);
        await ExperimentAsync(store,
            (true, "{}", [3.0, 2.0]), (true, "{}", [2.5, 2.2]), (false, "{}", [3, 2.9]), (false, "{}", [3, double.NaN]),
            (false, "{}", [3, double.PositiveInfinity]), (false, "{}", []));

        var groups = (await store.GetAsync("/api/experiments/study/compare?metric=val_loss&by=spectral_norm&stat=last"))
            .GetProperty("groups");

        Assert.Equal(2, groups.GetArrayLength());
        var (off, on) = (groups[0], groups[1]);
        Assert.False(off.GetProperty("by").GetProperty("spectral_norm").GetBoolean());
        Assert.Equal((4, 1, 3, 2.9), (Int(off, "runs"), Int(off, "count"), Int(off, "missing"), Number(off, "mean")));
        Assert.Equal(JsonValueKind.Null, off.GetProperty("std").ValueKind);
        Assert.Equal((2, 2, 0), (Int(on, "runs"), Int(on, "count"), Int(on, "missing")));
        Assert.Equal(2.1, Number(on, "mean"), 12);
        Assert.Equal(Math.Sqrt(0.02), Number(on, "std"), 12);
        Assert.Equal((2.0, 2.2), (Number(on, "min"), Number(on, "max")));
        Assert.Equal(["run-0", "run-1"], on.GetProperty("run_ids").EnumerateArray().Select(id => id.GetString()).Order());
    }

    [Theory]
    [InlineData("last", 2.0)]
    [InlineData("min", 1.0)]
    [InlineData("max", 6.0)]
    [InlineData("mean", 3.0)]
    public async Task A_statistic_summarizes_a_curve(string stat, double expected)
    {
        foreach (var database in new[] { "sqlite", "postgres" })
        {
            await using var store = await StartAsync(database);
            await ExperimentAsync(store, (null, "{}", [6, 1, double.NaN, 2]));

            var group = (await store.GetAsync($"/api/experiments/study/compare?metric=val_loss&by=status&stat={stat}"))
                .GetProperty("groups")[0];

            Assert.Equal(expected, Number(group, "mean"), 12);
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Groups_are_by_any_hyperparameter_and_several_at_once_in_order(string database)
    {
        await using var store = await StartAsync(database);
        await ExperimentAsync(store,
            (null, """{"optim":{"lr":0.1},"norm":true}""", [1]), (null, """{"optim":{"lr":1e-2},"norm":true}""", [2]),
            (null, """{"optim":{"lr":0.010},"norm":false}""", [3]), (null, """{"optim":{"lr":0.01},"norm":true}""", [4]),
            (null, """{"norm":true}""", [5]));

        var byRate = (await store.GetAsync("/api/experiments/study/compare?metric=val_loss&by=optim.lr")).GetProperty("groups");
        var two = (await store.GetAsync("/api/experiments/study/compare?metric=val_loss&by=params.optim.lr,norm")).GetProperty("groups");

        var rates = byRate.EnumerateArray().Select(group => group.GetProperty("by").GetProperty("optim.lr"));
        Assert.Equal([0.01, 0.1, null], rates.Select(rate => rate.ValueKind is JsonValueKind.Number ? rate.GetDouble() : (double?)null));
        Assert.Equal([3, 1, 1], byRate.EnumerateArray().Select(group => Int(group, "runs")));
        Assert.Equal([1, 2, 1, 1], two.EnumerateArray().Select(group => Int(group, "runs")));
    }

    [Theory]
    [InlineData("/api/experiments/study/compare?by=status", "CONFIG_INVALID", "metric:")]
    [InlineData("/api/experiments/study/compare?metric=loss", "CONFIG_INVALID", "by:")]
    [InlineData("/api/experiments/study/compare?metric=loss&by=a,b,c,d,e,f", "CONFIG_INVALID", "by:")]
    [InlineData("/api/experiments/study/compare?metric=loss&by=a&stat=median", "CONFIG_INVALID", "stat:")]
    [InlineData("/api/experiments/study/importance?metric=loss&stat=median", "CONFIG_INVALID", "stat:")]
    [InlineData("/api/experiments/other/compare?metric=loss&by=a", "DATA_NOT_FOUND", "other")]
    [InlineData("/api/experiments/other/importance?metric=loss", "DATA_NOT_FOUND", "other")]
    public async Task An_invalid_comparison_is_refused(string path, string code, string says)
    {
        await using var store = await StartAsync("sqlite");
        await ExperimentAsync(store);

        var refused = await store.RefusedAsync(HttpMethod.Get, path);

        Assert.Equal(code, refused.Code);
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.NotEqual(HttpStatusCode.InternalServerError, refused.Status);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_hyperparameter_that_makes_the_difference_is_the_most_important(string database)
    {
        await using var store = await StartAsync(database);
        var random = new Random(3);
        await ExperimentAsync(store, [.. Enumerable.Range(0, 60).Select(at =>
        {
            var (lr, dropout, norm) = (Math.Pow(10, -4 + 3 * random.NextDouble()), random.NextDouble(), at % 2 == 0);
            var rare = at == 0 ? ",\"rare\":1" : "";
            return ((bool?)norm,
                FormattableString.Invariant($$"""{"lr":{{lr}},"dropout":{{dropout}},"name":"run {{at}}","seed":1{{rare}}}"""),
                new[] { Math.Pow(Math.Log10(lr) + 2.5, 2) + (norm ? 0 : 0.5) + 0.01 * dropout });
        }).Append((null, "{}", [double.NaN]))]);

        var answer = await store.GetAsync("/api/experiments/study/importance?metric=val_loss&stat=min");

        Assert.Equal((60, 1), (Int(answer, "runs"), Int(answer, "missing")));
        var parameters = answer.GetProperty("parameters").EnumerateArray().ToList();
        Assert.Equal(["lr", "spectral_norm", "dropout"], parameters.Select(parameter => parameter.GetProperty("name").GetString()));
        Assert.Equal(["log", "choice", "linear"], parameters.Select(parameter => parameter.GetProperty("scale").GetString()));
        Assert.Equal(1, parameters.Sum(parameter => Number(parameter, "importance")), 9);
        Assert.True(Number(parameters[2], "importance") < 0.08, answer.ToString());
        Assert.Equal(["name", "rare", "seed"], answer.GetProperty("left_out").EnumerateArray()
            .Select(parameter => parameter.GetProperty("name").GetString()).Order());
    }

    [Fact]
    public async Task An_experiment_without_runs_has_no_importance()
    {
        await using var store = await StartAsync("sqlite");
        await ExperimentAsync(store);

        var answer = await store.GetAsync("/api/experiments/study/importance?metric=val_loss");

        Assert.Empty(answer.GetProperty("parameters").EnumerateArray());
    }

    private static async Task ExperimentAsync(StoreHost store, params (bool? SpectralNorm, string Config, double[] Losses)[] runs)
    {
        await store.SendAsync(HttpMethod.Post, "/api/experiments", new { experiment_id = "study" });
        foreach (var ((norm, config, losses), at) in runs.Select((run, at) => (run, at)))
        {
            await store.StoreAsync([
                Event.Start($"run-{at}") with { ExperimentId = "study", SpectralNorm = norm, Hyperparams = JsonElement.Parse(config) },
                .. losses.Select((loss, step) => Event.Metric($"run-{at}", step, "val_loss", loss)),
                Event.Stop($"run-{at}", RunStatus.Completed)]);
        }
    }

    private static int Int(JsonElement json, string name) => json.GetProperty(name).GetInt32();

    private static double Number(JsonElement json, string name) => json.GetProperty(name).GetDouble();
}
