using System.IO.Compression;
using System.Net;
using System.Text.Json;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Transfer.Importing.Mlflow;

/// <summary>Imports folders that MLflow's file store wrote.</summary>
public sealed class MlrunsImportTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    private const long Start = MlrunsFolder.Start;
    private static readonly string RunId = new('a', 32);

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Runs_come_with_params_tags_notes_metrics_and_files_and_once(string database)
    {
        await using var store = await StartAsync(database);
        var mlruns = new MlrunsFolder(Path.Combine(store.Corpus, "mlruns"));
        var experiment = mlruns.Experiment("493213", "spectral norm", tags: ("mlflow.note.content", "what it is about"));
        var run = mlruns.Run(experiment, RunId);
        mlruns.Write($"{run}/params/lr", "0.001");
        mlruns.Write($"{run}/params/optimizer/name", "adam");
        mlruns.Write($"{run}/tags/team", "größer");
        mlruns.Write($"{run}/tags/mlflow.parentRunId", new string('b', 32));
        mlruns.Write($"{run}/tags/mlflow.note.content", "a note");
        mlruns.Log(run, "val/loss", $"{Start} 0.5 0", $"{Start + 1000} nan 1", $"{Start + 2000} inf 2", $"{Start + 3000} 1e-05 3");
        mlruns.Log(run, "old", $"{Start} 7");
        mlruns.Write($"{run}/artifacts/model/model.bin", "weights");

        var first = await store.ImportAsync(new { path = "mlruns", format = "mlflow" });
        var again = await store.ImportAsync(new { path = "mlruns", format = "mlflow" });

        Imports.AssertCompleted(first);
        Assert.Equal((1, first.GetProperty("bytes_total").GetInt64()),
            (first.GetProperty("runs").GetInt32(), first.GetProperty("bytes_read").GetInt64()));
        // The start, five points, a file and the end.
        Assert.Equal((8, 0, 8), (
            first.GetProperty("added").GetInt32(), again.GetProperty("added").GetInt32(), again.GetProperty("repeated").GetInt32()));
        var found = await store.GetAsync($"/api/runs/{RunId}");
        Assert.Equal(
            ("a-run-aaaa", "completed", "493213", "mlflow", RunId, "a note", "2023-11-14T22:13:20Z", "2023-11-14T22:14:20Z"),
            (Text(found, "name"), Text(found, "status"), Text(found, "experiment_id"), Text(found, "source"), Text(found, "mlflow_run_id"),
                Text(found, "notes"), Text(found, "started_at"), Text(found, "ended_at")));
        Assert.Equal("""{"lr":"0.001","optimizer/name":"adam"}""", found.GetProperty("config").GetRawText());
        var tags = found.GetProperty("tags");
        Assert.Equal(("größer", "ada", new string('b', 32)),
            (Text(tags, "team"), Text(tags, "mlflow.user"), Text(tags, "mlflow.parentRunId")));
        Assert.Equal(["0 0.5", "1 NAN", "2 INFINITY", "3 1E-05"], await PointsAsync(store, RunId, "val/loss"));
        Assert.Equal(["0 7"], await PointsAsync(store, RunId, "old"));
        Assert.Equal("weights", await store.Http.GetStringAsync(
            new Uri($"/api/artifacts/models/{RunId}/model/model.bin", UriKind.Relative)));
        var named = await store.GetAsync("/api/experiments/493213");
        Assert.Equal(("spectral norm", "what it is about"), (Text(named, "name"), Text(named, "description")));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Another_import_adds_what_is_new_since(string database)
    {
        await using var store = await StartAsync(database);
        var mlruns = new MlrunsFolder(Path.Combine(store.Corpus, "mlruns"));
        var run = mlruns.Run(mlruns.Experiment("0", "Default"), RunId, status: 1);
        mlruns.Log(run, "loss", $"{Start} 3 0", $"{Start} 2 1");
        // MLflow is writing the next line.
        File.AppendAllText(mlruns.Prepare($"{run}/metrics/loss"), $"{Start + 5} 1.2");

        var first = await store.ImportAsync(new { path = "mlruns", format = "mlflow" });
        Assert.Equal("interrupted", Text(await store.GetAsync($"/api/runs/{RunId}"), "status"));
        File.AppendAllText(mlruns.Prepare($"{run}/metrics/loss"), "5 2\n");
        mlruns.Write($"{run}/params/late", "1");
        mlruns.Write($"{run}/artifacts/a.txt", "a");
        mlruns.Run("0", RunId);
        mlruns.Log(mlruns.Run("0", new string('c', 32)), "loss", $"{Start} 9 0");
        var second = await store.ImportAsync(new { path = "mlruns", format = "mlflow" });

        Imports.AssertCompleted(first);
        Imports.AssertCompleted(second);
        // A point, the params, a file and the end of the first run; the other one.
        Assert.Equal((4, 7, 2), (
            first.GetProperty("added").GetInt32(), second.GetProperty("added").GetInt32(), second.GetProperty("repeated").GetInt32()));
        Assert.Equal(["0 3", "1 2", "2 1.25"], await PointsAsync(store, RunId, "loss"));
        var found = await store.GetAsync($"/api/runs/{RunId}");
        Assert.Equal(("completed", "0"), (Text(found, "status"), Text(found, "experiment_id")));
        Assert.Equal("""{"late":"1"}""", found.GetProperty("config").GetRawText());
    }

    [Fact]
    public async Task An_experiment_is_the_one_of_its_name_whatever_its_id()
    {
        await using var store = await StartAsync("sqlite");
        await store.SendAsync(HttpMethod.Post, "/api/experiments", new { experiment_id = "1", name = "other" });
        await store.SendAsync(HttpMethod.Post, "/api/experiments", new { experiment_id = "mine", name = "known" });
        var mlruns = new MlrunsFolder(Path.Combine(store.Corpus, "mlruns"));
        mlruns.Run(mlruns.Experiment("1", "clash"), RunId);
        mlruns.Run(mlruns.Experiment("2", "known"), new string('d', 32));

        Imports.AssertCompleted(await store.ImportAsync(new { path = "mlruns", format = "mlflow" }));
        mlruns.Run("1", new string('e', 32));
        Imports.AssertCompleted(await store.ImportAsync(new { path = "mlruns", format = "mlflow" }));

        var clash = Text(await store.GetAsync($"/api/runs/{RunId}"), "experiment_id");
        Assert.NotEqual("1", clash);
        Assert.Equal("clash", Text(await store.GetAsync($"/api/experiments/{clash}"), "name"));
        Assert.Equal(clash, Text(await store.GetAsync($"/api/runs/{new string('e', 32)}"), "experiment_id"));
        Assert.Equal("mine", Text(await store.GetAsync($"/api/runs/{new string('d', 32)}"), "experiment_id"));
        Assert.Equal("other", Text(await store.GetAsync("/api/experiments/1"), "name"));
    }

    [Fact]
    public async Task What_is_deleted_or_malformed_is_left_out_with_a_notice()
    {
        await using var store = await StartAsync("sqlite");
        var mlruns = new MlrunsFolder(Path.Combine(store.Corpus, "mlruns"));
        mlruns.Experiment("0", "Default");
        mlruns.Log(mlruns.Run("0", RunId), "loss", $"{Start} 1 0", "damaged", $"{Start} x 1", $"{Start} 3 2");
        mlruns.Run("0", new string('d', 32), stage: "deleted");
        mlruns.Experiment(".trash/7", "gone");
        mlruns.Write("0/broken/meta.yaml", "a: [1, 2\nb: {");
        mlruns.Write("0/bomb/meta.yaml", "a: &a [x, x]\nb: &b [*a, *a]\nrun_id: *b\n");
        mlruns.Write("0/list/meta.yaml", "- 1\n");
        mlruns.Write("0/evil/meta.yaml", "run_id: ../../x\n");
        var secret = Path.Combine(store.Corpus, "..", $"{Path.GetFileName(store.Corpus)}.secret");
        await File.WriteAllTextAsync(secret, "secret");
        try
        {
            File.CreateSymbolicLink(mlruns.Prepare($"0/{RunId}/artifacts/link"), secret);
            File.CreateSymbolicLink(mlruns.Prepare($"0/{RunId}/params/link"), secret);
            mlruns.Write($"0/{RunId}/artifacts/manifest.json", "{}");

            var import = await store.ImportAsync(new { path = "mlruns", format = "mlflow" });

            Imports.AssertCompleted(import);
            var notices = string.Join('\n', import.GetProperty("notices").EnumerateArray().Select(notice => notice.GetString()));
            Assert.Contains("1 deleted runs left out", notices, StringComparison.Ordinal);
            Assert.Contains("1 deleted experiments left out", notices, StringComparison.Ordinal);
            Assert.Contains("runs left out: their meta.yaml can't be read: it is no YAML", notices, StringComparison.Ordinal);
            Assert.Contains("it has an alias (first: 'bomb')", notices, StringComparison.Ordinal);
            Assert.Contains("has no valid id (first: 'evil')", notices, StringComparison.Ordinal);
            Assert.Contains("2 values left out: a line has a time, a value and a step", notices, StringComparison.Ordinal);
            Assert.Contains("'manifest.json' is reserved", notices, StringComparison.Ordinal);
            Assert.Equal(["0 1", "2 3"], await PointsAsync(store, RunId, "loss"));
            Assert.Single((await store.GetAsync("/api/runs")).GetProperty("items").EnumerateArray());
            Assert.Equal(JsonValueKind.Null, (await store.GetAsync($"/api/runs/{RunId}")).GetProperty("config").ValueKind);
            using var link = await store.Http.GetAsync(new Uri($"/api/artifacts/models/{RunId}/link", UriKind.Relative));
            Assert.Equal(HttpStatusCode.NotFound, link.StatusCode);
        }
        finally
        {
            File.Delete(secret);
        }
    }

    [Fact]
    public async Task An_archive_of_the_folder_can_be_uploaded()
    {
        await using var store = await StartAsync("sqlite");
        var root = Directory.CreateDirectory(Path.Combine(store.Corpus, "zipped")).FullName;
        var mlruns = new MlrunsFolder(Path.Combine(root, "mlruns"));
        mlruns.Log(mlruns.Run(mlruns.Experiment("3", "zipped"), RunId), "loss", $"{Start} 1 0");
        var zip = Path.Combine(store.Corpus, "mlruns.zip");
        await ZipFile.CreateFromDirectoryAsync(root, zip);

        var import = await store.UploadAsync(await File.ReadAllBytesAsync(zip), "format=mlflow");

        Imports.AssertCompleted(import);
        Assert.Equal(["0 1"], await PointsAsync(store, RunId, "loss"));
    }

    [Fact]
    public async Task Another_folder_is_refused()
    {
        await using var store = await StartAsync("sqlite");
        Directory.CreateDirectory(Path.Combine(store.Corpus, "empty"));

        var import = await store.ImportAsync(new { path = "empty", format = "mlflow" });

        Assert.Equal("DATA_NOT_FOUND", Text(import, "error_code"));
        Assert.Contains("mlruns", Text(import, "message"), StringComparison.Ordinal);
    }

    internal static async Task<List<string>> PointsAsync(StoreHost store, string run, string metric) =>
        [.. (await store.GetAsync($"/api/runs/{run}/metrics?keys={Uri.EscapeDataString(metric)}")).GetProperty("series")[0]
            .GetProperty("points").EnumerateArray()
            .Select(point => $"{point.GetProperty("step")} {point.GetProperty("value").ToString().ToUpperInvariant()}")];

    internal static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
