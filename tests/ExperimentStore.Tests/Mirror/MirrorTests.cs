using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Tests.Mlflow;
using Trainyard.ExperimentStore.Tests.Transfer.Importing;
using Trainyard.ExperimentStore.Tests.Transfer.Importing.Mlflow;
using Trainyard.Harness;
using Trainyard.Harness.Faults;
using Trainyard.Harness.Processes;

namespace Trainyard.ExperimentStore.Tests.Mirror;

/// <summary>Logs runs to an MLflow server as well: another store's door, over HTTP.</summary>
public sealed class MirrorTests(PostgresServer postgres, RedisServer redis) : MlflowTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_run_is_logged_there_with_everything(string database)
    {
        await using var server = await StartAsync("sqlite");
        await using var store = await MirroringAsync(database, server.Address);
        await store.SendAsync(HttpMethod.Post, "/api/experiments", new { experiment_id = "e", name = "spectral norm" });
        await store.StoreAsync(
            Event.Start("r") with
            {
                Name = "größter Lauf",
                ExperimentId = "e",
                Notes = "a note",
                SpectralNorm = true,
                Hyperparams = JsonElement.Parse("""{"lr":1e-3,"model":{"depth":12}}"""),
                Tags = new Dictionary<string, string> { ["team"] = "nlp", ["odd, name"] = "kept" },
            },
            Event.Metrics("r", 1, new() { ["val/loss"] = 0.5, ["odd, name"] = 1 }),
            Event.Metric("r", 2, "val/loss", double.NaN),
            Event.Metric("r", 3, "val/loss", double.PositiveInfinity));
        using (var file = new ByteArrayContent("weights"u8.ToArray()))
        {
            using var put = await store.Http.PutAsync(new Uri("/api/artifacts/models/r/model/model.bin", UriKind.Relative), file);
            put.EnsureSuccessStatusCode();
        }
        await store.StoreAsync(Event.Stop("r", RunStatus.Completed) with { Time = Event.Noon.AddMinutes(1) });

        var run = await EndedThereAsync(server, "spectral norm");

        var info = run.GetProperty("info");
        Assert.Equal(("FINISHED", "größter Lauf", Event.Noon.ToUnixTimeMilliseconds(), Event.Noon.AddMinutes(1).ToUnixTimeMilliseconds()),
            (Text(info, "status"), Text(info, "run_name"), info.GetProperty("start_time").GetInt64(),
                info.GetProperty("end_time").GetInt64()));
        Assert.Equal(
            new Dictionary<string, string> { ["lr"] = "1e-3", ["model.depth"] = "12", ["spectral_norm"] = "true" }, Pairs(run, "params"));
        var tags = Pairs(run, "tags");
        Assert.Equal(("nlp", "a note", "r"), (tags["team"], tags["mlflow.note.content"], tags["trainyard.run_id"]));
        Assert.Equal("kept", Assert.Single(tags, tag => tag.Key.StartsWith("odd_ name_", StringComparison.Ordinal)).Value);
        var noon = Event.Noon.ToUnixTimeMilliseconds();
        var id = Text(info, "run_id");
        Assert.Equal([(0.5, noon, 1), (double.NaN, noon, 2), (double.NaN, noon, 3)], await HistoryAsync(server, id, "val/loss"));
        Assert.Equal("weights", Encoding.UTF8.GetString(await server.Http.GetByteArrayAsync(
            new Uri($"/api/artifacts/models/{id}/model/model.bin", UriKind.Relative))));
        var own = await store.GetAsync("/api/runs/r");
        Assert.Equal(id, Text(own, "mlflow_run_id"));
        Assert.Equal($"{server.Address}#/experiments/{Text(info, "experiment_id")}/runs/{id}", Text(own, "mlflow_url"));
        var found = await store.GetAsync($"/api/runs?mlflow_run_id={id}");
        Assert.Equal("r", Text(Assert.Single(found.GetProperty("items").EnumerateArray()), "run_id"));
        Assert.Empty((await store.GetAsync("/api/runs?mlflow_run_id=other")).GetProperty("items").EnumerateArray());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_server_that_is_down_gets_everything_once_it_is_back(string database)
    {
        await using var server = await StartAsync("sqlite");
        var port = FreePort.Next();
        await using var proxy = new TcpProxy(() => ("127.0.0.1", port));
        await using var store = await MirroringAsync(database, new($"http://127.0.0.1:{proxy.Port}"));

        await LogAsync(store, 0, 30);
        port = server.Address.Port;
        await ThereAsync(server, 30);
        port = FreePort.Next();
        proxy.Cut();
        await LogAsync(store, 30, 60);
        await store.StoreAsync(Event.Stop("r", RunStatus.Failed));
        port = server.Address.Port;

        Assert.Equal("FAILED", Text((await EndedThereAsync(server)).GetProperty("info"), "status"));
        await AssertOnceAsync(server, 60);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_server_whose_answers_are_lost_has_everything_once(string database)
    {
        await using var server = await StartAsync("sqlite");
        await using var gateway = await ForgetfulGateway.StartAsync(server.Address);
        await using var store = await MirroringAsync(database, gateway.Address);
        await store.SendAsync(HttpMethod.Post, "/api/experiments", new { experiment_id = "e", name = "lost" });
        await store.StoreAsync(Event.Start("r") with
        {
            ExperimentId = "e",
            Hyperparams = JsonElement.Parse("""{"lr":1}"""),
            Tags = new Dictionary<string, string> { ["a"] = "1" },
        });
        await LogAsync(store, 0, 40);
        await store.StoreAsync(Event.Stop("r", RunStatus.Completed));

        var experiment = Text((await EndedThereAsync(server, "lost")).GetProperty("info"), "experiment_id");

        await AssertOnceAsync(server, 40, experiment);
        Assert.Contains("/api/2.0/mlflow/runs/create", gateway.Lost);
        Assert.Contains("/api/2.0/mlflow/experiments/create", gateway.Lost);
        Assert.Contains("/api/2.0/mlflow/runs/log-batch", gateway.Lost);
        Assert.Contains("/api/2.0/mlflow/runs/update", gateway.Lost);
    }

    [Fact]
    public async Task A_slow_server_gets_points_once_and_delays_no_event()
    {
        await using var server = await StartAsync("sqlite");
        await using var proxy = new TcpProxy(() => ("127.0.0.1", server.Address.Port));
        await using var store = await MirroringAsync(
            "sqlite", new Uri($"http://127.0.0.1:{proxy.Port}"), ("MLFLOW:TIMEOUT_SECONDS", "2"));
        await LogAsync(store, 0, 1);
        await ThereAsync(server, 1);

        // The server gets each request, and its answers come after the store has given up on them.
        proxy.Delay = TimeSpan.FromSeconds(1.2);
        await LogAsync(store, 1, 40);
        Assert.Equal(40, (await store.GetAsync("/api/runs/r/metrics/latest")).GetProperty("series")[0].GetProperty("count").GetInt64());
        await ThereAsync(server, 40);
        proxy.Delay = TimeSpan.Zero;
        await store.StoreAsync(Event.Stop("r", RunStatus.Completed));

        await EndedThereAsync(server);
        await AssertOnceAsync(server, 40);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_store_that_restarts_goes_on_where_it_was(string database)
    {
        await using var server = await StartAsync("sqlite");
        using var folder = new TemporaryFolder();
        var settings = await SettingsAsync(
            database, [.. Settings(server.Address), ("APP:DATA_ROOT", folder.Path), ("APP:CORPUS_ROOT", folder.Path)]);
        await using (var store = await StoreHost.StartAsync(settings))
        {
            await UntilReadyAsync(store);
            await LogAsync(store, 0, 2500);
            // In the middle of its batches, or after them: both go on.
            await ThereAsync(server, 1000);
        }
        await using (var store = await StoreHost.StartAsync(settings))
        {
            await UntilReadyAsync(store);
            await LogAsync(store, 2500, 2600);
            await store.StoreAsync(Event.Stop("r", RunStatus.Completed));

            await EndedThereAsync(server);
        }
        await AssertOnceAsync(server, 2600);
    }

    [Fact]
    public async Task Later_changes_follow()
    {
        await using var server = await StartAsync("sqlite");
        await using var store = await MirroringAsync("sqlite", server.Address);
        await store.StoreAsync(Event.Start("r") with
        {
            Hyperparams = JsonElement.Parse("""{"lr":1}"""),
            Tags = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" },
        });
        var run = await Wait.UntilAsync(() => FirstAsync(server), found => found is { } one && Pairs(one, "tags").ContainsKey("b"));

        await store.SendAsync(HttpMethod.Put, "/api/runs/r", new { name = "renamed", notes = "a note", tags = new { a = "3" } });
        await store.StoreAsync(Event.Heartbeat("r") with { Hyperparams = JsonElement.Parse("""{"lr":2,"depth":4}""") });

        run = await Wait.UntilAsync(() => FirstAsync(server), found => found is { } one && Pairs(one, "params").ContainsKey("depth")
            && Pairs(one, "tags") is var tags && tags.ContainsKey("mlflow.note.content") && !tags.ContainsKey("b"));
        var now = run ?? default;
        Assert.Equal(("3", "renamed"), (Pairs(now, "tags")["a"], Text(now.GetProperty("info"), "run_name")));
        // A param of MLflow never changes.
        Assert.Equal("1", Pairs(now, "params")["lr"]);
    }

    [Fact]
    public async Task Points_that_a_later_attempt_replaced_are_not_sent()
    {
        await using var server = await StartAsync("sqlite");
        var port = FreePort.Next();
        await using var proxy = new TcpProxy(() => ("127.0.0.1", port));
        await using var store = await MirroringAsync("sqlite", new($"http://127.0.0.1:{proxy.Port}"));
        // In one transaction, so that no pass sees the points before they are replaced.
        await store.StoreAsync(
        [
            .. Enumerable.Range(0, 10).Select(step => Event.Metric("r", step, "loss", step)),
            Event.Resume("r", 5), Event.Metric("r", 5, "loss", 50), Event.Stop("r", RunStatus.Completed),
        ]);

        port = server.Address.Port;
        var id = Text((await EndedThereAsync(server)).GetProperty("info"), "run_id");

        Assert.Equal([0, 1, 2, 3, 4, 50], (await HistoryAsync(server, id, "loss")).Select(point => point.Value));
    }

    [Fact]
    public async Task Runs_that_came_from_MLflow_are_not_sent_back()
    {
        await using var server = await StartAsync("sqlite");
        await using var store = await MirroringAsync("sqlite", server.Address);
        var mlruns = new MlrunsFolder(Path.Combine(store.Corpus, "mlruns"));
        mlruns.Log(mlruns.Run(mlruns.Experiment("0", "Default"), new string('a', 32)), "loss", $"{MlrunsFolder.Start} 1 0");

        Imports.AssertCompleted(await store.ImportAsync(new { path = "mlruns", format = "mlflow" }));
        await LogAsync(store, await RunAsync(store), "loss", 1, 1000, 0);
        await store.StoreAsync(Event.Start("logs-itself") with { MlflowRunId = "theirs" }, Event.Metric("logs-itself", 0, "loss", 1));
        await LogAsync(store, 0, 1);
        await store.StoreAsync(Event.Stop("r", RunStatus.Completed));

        await EndedThereAsync(server);
        var only = Assert.Single(await SearchAsync(server, new { experiment_ids = (string[])["0"] }));
        Assert.Equal("r", Pairs(await ReadAsync(server, only), "tags")["trainyard.run_id"]);
        Assert.Equal("theirs", Text(await store.GetAsync("/api/runs/logs-itself"), "mlflow_run_id"));
    }

    [Fact]
    public async Task A_run_that_the_server_refuses_holds_up_no_other()
    {
        await using var server = await StartAsync("sqlite");
        await using var store = await MirroringAsync("sqlite", server.Address);
        await store.StoreAsync(Event.Metric("deleted-there", 0, "loss", 1));
        var first = await Wait.UntilAsync(() => FirstAsync(server), found => found is not null) ?? default;
        await PostAsync(server, "runs/delete", new { run_id = Text(first.GetProperty("info"), "run_id") });

        await store.StoreAsync(Event.Metric("deleted-there", 1, "loss", 1));
        await LogAsync(store, 0, 5);
        await store.StoreAsync(Event.Stop("r", RunStatus.Completed));

        await EndedThereAsync(server);
        await Wait.UntilAsync(
            () => store.GetAsync("/api/runs/deleted-there/logs"),
            logs => logs.GetProperty("logs").EnumerateArray().Any(line =>
                Text(line, "message").Contains("no longer logged to MLflow", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("mlflow:5000", "MLFLOW__TRACKING_URI")]
    [InlineData("http://user:secret@mlflow:5000", "MLFLOW__TRACKING_URI")]
    [InlineData("file:///mlruns", "MLFLOW__TRACKING_URI")]
    public async Task Another_address_stops_the_start(string address, string key)
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(
            () => StartAsync("sqlite", settings: ("MLFLOW:TRACKING_URI", address)));

        Assert.Contains(key, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_and_a_user_exclude_each_other()
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync("sqlite", settings:
        [
            ("MLFLOW:TRACKING_URI", "http://localhost:1"), ("MLFLOW:TRACKING_TOKEN", "t"), ("MLFLOW:TRACKING_USERNAME", "u"),
        ]));

        Assert.Contains("MLFLOW__TRACKING_TOKEN", refused.Message, StringComparison.Ordinal);
    }

    private static (string, string)[] Settings(Uri server) =>
        [("MLFLOW:TRACKING_URI", server.ToString()), ("MLFLOW:EVERY_SECONDS", "0.05")];

    private Task<StoreHost> MirroringAsync(string database, Uri server, params (string, string)[] more) =>
        StartAsync(database, settings: [.. Settings(server), .. more]);

    private static Task<EventsStored> LogAsync(StoreHost store, int from, int to) => store.StoreAsync(
        [.. Enumerable.Range(from, to - from).Select(step => Event.Metric("r", step, "loss", step))]);

    private static async Task<JsonElement?> FirstAsync(StoreHost server) =>
        await SearchAsync(server, new { experiment_ids = (string[])["0"] }) is [var id, ..] ? await ReadAsync(server, id) : null;

    /// <summary>Waits until the server has a number of points.</summary>
    private static Task ThereAsync(StoreHost server, int points) => Wait.UntilAsync(async () =>
        await FirstAsync(server) is { } run
        && (await HistoryAsync(server, Text(run.GetProperty("info"), "run_id"), "loss")).Count >= points);

    private static async Task<JsonElement> EndedThereAsync(StoreHost server, string experiment = "Default")
    {
        var found = await Wait.UntilAsync(
            async () =>
            {
                var experiments = (await PostAsync(server, "experiments/search", new { max_results = 100 })).GetProperty("experiments");
                var id = experiments.EnumerateArray().Where(one => Text(one, "name") == experiment)
                    .Select(one => Text(one, "experiment_id")).FirstOrDefault() ?? "0";
                var runs = await SearchAsync(server, new { experiment_ids = (string[])[id], filter = "attributes.status != 'RUNNING'" });
                return runs is [var run, ..] ? await ReadAsync(server, run) : (JsonElement?)null;
            },
            run => run is not null);
        return found ?? default;
    }

    private static async Task AssertOnceAsync(StoreHost server, int points, string experiment = "0")
    {
        var id = Assert.Single(await SearchAsync(server, new { experiment_ids = (string[])[experiment] }));
        Assert.Equal(
            Enumerable.Range(0, points).Select(step => ((double)step, (long)step)),
            (await HistoryAsync(server, id, "loss", "&max_results=25000")).Select(point => (point.Value, point.Step)).Order());
    }
}
