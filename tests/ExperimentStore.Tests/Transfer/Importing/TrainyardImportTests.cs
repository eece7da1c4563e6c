using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Tests.Media;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Transfer.Importing;

public sealed class TrainyardImportTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_export_survives_a_round_trip_through_another_store(string database)
    {
        await using var source = await StartAsync("sqlite");
        await FullRunAsync(source);
        var export = await source.ExportAsync();
        await using var target = await StartAsync(database);

        var import = await target.UploadAsync(export, "format=trainyard");

        Imports.AssertCompleted(import);
        Assert.Equal((1, 0), (import.GetProperty("runs").GetInt32(), import.GetProperty("repeated").GetInt32()));
        Assert.Equal(import.GetProperty("bytes_total").GetInt64(), export.Length);
        Assert.Equal(Comparable(export), Comparable(await target.ExportAsync()));
        var (here, there) = (await source.GetAsync("/api/runs/r/metrics/latest"), await target.GetAsync("/api/runs/r/metrics/latest"));
        Assert.Equal(here.GetRawText(), there.GetRawText());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Importing_again_adds_only_new_events(string database)
    {
        await using var source = await StartAsync("sqlite");
        await FullRunAsync(source);
        var export = await source.ExportAsync();
        await using var target = await StartAsync(database);
        var first = await target.UploadAsync(export, "format=trainyard");

        var second = await target.UploadAsync(Gzip(export), "format=trainyard");
        Imports.AssertCompleted(second);
        Assert.Equal((0, first.GetProperty("added").GetInt64()),
            (second.GetProperty("added").GetInt64(), second.GetProperty("repeated").GetInt64()));
        Assert.Equal(Comparable(export), Comparable(await target.ExportAsync()));

        // A late value at an earlier step, another attempt, another end.
        await source.StoreAsync(Event.Metric("r", 1, "loss", 0.15, attempt: 1), Event.Resume("r", 3), Event.Metric("r", 3, "loss", 7),
            Event.Log("r", "more"), Event.Stop("r", RunStatus.Failed));
        var grown = await source.ExportAsync();
        var third = await target.UploadAsync(grown, "format=trainyard");
        Assert.Equal(5, third.GetProperty("added").GetInt64());
        Assert.Equal(Comparable(grown), Comparable(await target.ExportAsync()));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_import_of_a_truncated_file_continues_without_duplicates(string database)
    {
        const int Points = 12_345;
        await using var source = await StartAsync("sqlite");
        await source.StoreAsync([Event.Start("r"), .. Enumerable.Range(0, Points)
            .Select(step => Event.Metric("r", step, "loss", step)), Event.Stop("r", RunStatus.Completed)]);
        var export = await source.ExportAsync();
        await using var target = await StartAsync(database);

        // Half a file: all complete elements are stored, and the error has the reason.
        var text = System.Text.Encoding.UTF8.GetString(export);
        var whole = text.LastIndexOf(",\n", StringComparison.Ordinal);
        var broken = await target.UploadAsync(System.Text.Encoding.UTF8.GetBytes(text[..whole]), "format=trainyard");
        Assert.Equal(("failed", "EVENT_INVALID"), (broken.GetProperty("state").GetString(), broken.GetProperty("error_code").GetString()));

        var again = await target.UploadAsync(export, "format=trainyard");
        Imports.AssertCompleted(again);
        Assert.Equal(Points, (await target.GetAsync("/api/runs/r/metrics/latest")).GetProperty("series")[0].GetProperty("count")
            .GetInt32());
        Assert.Equal(Comparable(export), Comparable(await target.ExportAsync()));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_import_survives_the_end_of_its_process(string database)
    {
        const int Points = 40_000;
        await using var source = await StartAsync("sqlite");
        await source.StoreAsync([Event.Start("r"), .. Enumerable.Range(0, Points).Select(step => Event.Metric("r", step, "loss", step))]);
        var export = await source.ExportAsync();
        var root = Directory.CreateTempSubdirectory("trainyard-import-").FullName;
        try
        {
            var settings = await SettingsAsync(database, ("APP:DATA_ROOT", root), ("APP:CORPUS_ROOT", root));
            string id;
            await using (var first = await StoreHost.StartAsync(settings))
            {
                id = await first.SendAsync(export, "format=trainyard");
                await Wait.UntilAsync(() => first.GetAsync($"/api/imports/{id}"), import => import.GetProperty("added").GetInt64() > 0);
            }
            await using var second = await StoreHost.StartAsync(settings);

            var import = await second.EndedAsync(id);

            Imports.AssertCompleted(import);
            Assert.Equal(Points, (await second.GetAsync("/api/runs/r/metrics/latest")).GetProperty("series")[0].GetProperty("count")
                .GetInt32());
            Assert.Empty(Directory.GetDirectories(Path.Combine(root, "imports")));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_cancelled_import_stops_and_keeps_what_it_has(string database)
    {
        await using var target = await StartAsync(database);
        var id = await target.SendAsync(Export(300_000), "format=trainyard");
        await Wait.UntilAsync(() => target.GetAsync($"/api/imports/{id}"), import => import.GetProperty("added").GetInt64() > 0);

        var cancelled = await target.SendAsync(HttpMethod.Post, $"/api/imports/{id}/cancel");

        Assert.Equal("cancelled", cancelled.GetProperty("state").GetString());
        // All added events but the start are points.
        var kept = cancelled.GetProperty("added").GetInt32() - 1;
        Assert.Equal(kept, await CountAsync(target));
        var next = await target.UploadAsync(Export(kept + 10), "format=trainyard");
        Imports.AssertCompleted(next);
        Assert.Equal(kept + 10, await CountAsync(target));
        Assert.Equal("ILLEGAL_TRANSITION",
            (await target.RefusedAsync(HttpMethod.Post, $"/api/imports/{next.GetProperty("import_id").GetString()}/cancel")).Code);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_existing_run_is_skipped_until_it_is_deleted(string database)
    {
        await using var store = await StartAsync(database);
        await FullRunAsync(store);
        var export = await store.ExportAsync();

        var import = await store.UploadAsync(export, "format=trainyard");
        Assert.Equal((1, 0), (import.GetProperty("runs_skipped").GetInt32(), import.GetProperty("added").GetInt32()));
        Assert.Equal(Comparable(export), Comparable(await store.ExportAsync()));

        await store.SendAsync(HttpMethod.Delete, "/api/runs/r?permanent=true");
        Imports.AssertCompleted(await store.UploadAsync(export, "format=trainyard"));
        Assert.Equal(Comparable(export), Comparable(await store.ExportAsync()));
        await store.SendAsync(HttpMethod.Delete, "/api/runs/r?permanent=true");
        Imports.AssertCompleted(await store.UploadAsync(export, "format=trainyard"));
        Assert.Equal(Comparable(export), Comparable(await store.ExportAsync()));
        await store.SendAsync(HttpMethod.Delete, "/api/runs/r");
        var hidden = await store.UploadAsync(export, "format=trainyard");
        Assert.Contains("is deleted: restore it", Assert.Single(hidden.GetProperty("notices").EnumerateArray())
            .GetString(), StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_experiment_moves_with_its_runs(string database)
    {
        await using var source = await StartAsync("sqlite");
        await source.SendAsync(HttpMethod.Post, "/api/experiments",
            new { experiment_id = "e", name = "search", description = "größer", search_space = new { lr = new[] { 1, 2 } } });
        await source.StoreAsync(Event.Start("a") with { ExperimentId = "e" }, Event.Metric("a", 1, "loss", 1),
            Event.Start("b") with { ExperimentId = "e" });
        await using var target = await StartAsync(database);

        Imports.AssertCompleted(await target.UploadAsync(await source.ExportAsync("/api/experiments/e/export"), "format=trainyard"));

        var experiment = await target.GetAsync("/api/experiments/e");
        Assert.Equal(("search", "größer", """{"lr":[1,2]}"""),
            (experiment.GetProperty("name").GetString(), experiment.GetProperty("description")
                .GetString(), experiment.GetProperty("search_space").GetRawText()));
        // A run that had not ended when it was exported is interrupted here.
        Assert.Equal(2, experiment.GetProperty("runs").GetProperty("interrupted").GetInt32());
    }

    [Fact]
    public async Task A_file_that_is_not_an_export_is_refused_with_a_reason()
    {
        await using var store = await StartAsync("sqlite", settings: [("IMPORT:MAX_UPLOAD_BYTES", "1000000")]);
        string[] bodies =
        [
            "no json", "{}", "[]", "[null]", """[{"type":"run"}]""",
            """[{"type":"export","format":"trainyard","version":99,"exported_at":"2026-03-04T12:00:00Z"}]""",
            """[{"type":"export","format":"trainyard","version":1,"exported_at":"2026-03-04T12:00:00Z"},{"type":"surprise"}]""",
            """
            [{"type":"export","format":"trainyard","version":1,"exported_at":"2026-03-04T12:00:00Z"},
            {"type":"points","run_id":"r","series":"x","resolution":"raw","seqs":[1],"attempts":[],"steps":[1],"times":[1],"values":[1]}]
            """,
            """
            [{"type":"export","format":"trainyard","version":1,"exported_at":"2026-03-04T12:00:00Z"},
            {"type":"run","run_id":"../r","name":"r","status":"completed","created_at":"2026-03-04T12:00:00Z","attempts":[],"tags":{}}]
            """,
        ];
        foreach (var body in bodies)
        {
            var import = await store.UploadAsync(System.Text.Encoding.UTF8.GetBytes(body), "format=trainyard");
            Assert.True(import.GetProperty("state").GetString() == "failed", $"{body}: {import}");
            Assert.Equal("EVENT_INVALID", import.GetProperty("error_code").GetString());
        }
        foreach (var json in (string[])["[]", "{}", """{"path":"x","format":"csv"}""", """{"path":"","format":"trainyard"}""",
            """{"path":"x","format":"trainyard","other":1}""", "x"])
        {
            Assert.Equal("CONFIG_INVALID", (await store.RefusedAsync(HttpMethod.Post, "/api/import", json)).Code);
        }
        Assert.Equal("PATH_FORBIDDEN",
            (await store.RefusedAsync(HttpMethod.Post, "/api/import", """{"path":"../../etc/passwd","format":"trainyard"}""")).Code);
        Assert.Equal("DATA_NOT_FOUND",
            (await store.RefusedAsync(HttpMethod.Post, "/api/import", """{"path":"none","format":"trainyard"}""")).Code);
        Assert.Equal("DATA_NOT_FOUND", (await store.RefusedAsync(HttpMethod.Get, "/api/imports/none")).Code);
        Assert.Equal("PAYLOAD_TOO_LARGE",
            (await store.RefusedAsync(HttpMethod.Post, "/api/import?format=trainyard", new string('x', 1_000_001))).Code);
        var page = await store.GetAsync("/api/imports?limit=2");
        Assert.Equal(2, page.GetProperty("items").GetArrayLength());
        Assert.Equal(bodies.Length - 2, (await store.GetAsync($"/api/imports?cursor={page.GetProperty("next_cursor").GetString()}"))
            .GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("""{"path":"\ud800"}""", "path: must be text without half a surrogate pair, such as \\ud800")]
    [InlineData("""{"path":"x","format":"trainyard","other":1}""",
        "other: is unknown; allowed are path, format, experiment_id, step_multiplier, database_uri, artifacts_path")]
    public async Task A_request_with_a_fault_is_not_mistaken_for_an_upload(string json, string problem)
    {
        await using var store = await StartAsync("sqlite");

        Assert.Equal(problem, (await store.RefusedAsync(HttpMethod.Post, "/api/import", json)).Message);
    }

    [Fact]
    public async Task An_upload_without_a_format_says_where_the_format_belongs()
    {
        await using var store = await StartAsync("sqlite");

        Assert.EndsWith("; format: must be in the query of an upload: ?format=trainyard|tensorboard|neptune|mlflow",
            (await store.RefusedAsync(HttpMethod.Post, "/api/import", "[]")).Message, StringComparison.Ordinal);
    }

    /// <summary>Three attempts, odd numbers, odd names, checkpoints, an artifact, logs, tags, notes.</summary>
    private static async Task FullRunAsync(StoreHost store)
    {
        await store.StoreAsync(
            Event.Start("r") with
            {
                Name = "größter Lauf ✓",
                SpectralNorm = true,
                Hyperparams = JsonElement.Parse("""{"lr":1e-3,"layers":[1,2,{"x":null}],"name":"\u00e9"}"""),
                Tags = new Dictionary<string, string> { ["team"] = "nlp", ["ключ"] = "значение" },
                Source = "job",
            },
            Event.Metrics("r", 1, new() { ["loss"] = 0.1, ["a,\"b\"\n€"] = double.MaxValue }),
            Event.Metric("r", 2, "loss", double.NaN), Event.Metric("r", 3, "loss", -0.0),
            Event.Metric("r", 3, "loss", 5), Event.Log("r", "first ✓"),
            Medium.Image("r", "examples/日本", 3, index: 1) with { Caption = "a cat" }, Medium.Text("r", "sample", 3, "once ✓"),
            Medium.Uploaded("r", "large", 1, "media/large.png"),
            Event.Resume("r", 2), Medium.Text("r", "sample", 3, "twice"), Event.Metric("r", 2, "loss", double.PositiveInfinity),
            Event.Metric("r", 3, "loss", double.NegativeInfinity),
            Event.Checkpoint("r", "ckpt/2", 2) with
            {
                Measurements = new Dictionary<string, double> { ["val"] = double.NaN },
                Metadata = JsonElement.Parse("""{"epoch":2,"rng":[1,2]}"""),
                Size = 5,
                Sha256 = new string('b', 64),
            },
            Event.Checkpoint("r", "ckpt/3", 3, best: true),
            new ArtifactSaved
            {
                EventId = Guid.NewGuid(),
                RunId = "r",
                Time = Event.Noon,
                Path = "model.bin",
                Kind = "model",
                Size = 9,
                Sha256 = new string('a', 64),
            },
            Event.Resume("r", 3), Event.Metric("r", 3, "loss", double.Epsilon), Event.Metric("r", 0, "loss", 1),
            Event.Log("r", "second", "warning"),
            Event.Stop("r", RunStatus.Completed) with
            {
                Epochs = 3,
                DurationMs = 12.5,
                MlflowRunId = "m",
                Message = "done",
                Measurements = new Dictionary<string, double> { ["loss"] = 0.5, ["test/accuracy"] = double.NaN },
            });
        await store.SendAsync(HttpMethod.Put, "/api/runs/r", new { notes = "größer = besser\n<script>" });
    }

    /// <summary>Builds an export of one series.</summary>
    private static byte[] Export(int points)
    {
        var text = new System.Text.StringBuilder("""
            [{"type":"export","format":"trainyard","version":1,"exported_at":"2026-03-04T12:00:00Z"},
            {"type":"run","run_id":"r","name":"r","status":"completed","created_at":"2026-03-04T12:00:00Z","attempts":[],"tags":{}}
            """);
        foreach (var steps in Enumerable.Range(0, points).Chunk(10_000))
        {
            var list = string.Join(',', steps);
            var ones = string.Join(',', steps.Select(_ => 1));
            text.Append(System.Globalization.CultureInfo.InvariantCulture,
                $$"""
                ,{"type":"points","run_id":"r","series":"loss","resolution":"raw","seqs":[{{list}}],"attempts":[{{ones}}],
                "steps":[{{list}}],"times":[{{list}}],"values":[{{list}}]}
                """);
        }
        return System.Text.Encoding.UTF8.GetBytes(text.Append(""",{"type":"end","runs":1,"points":0}]""").ToString());
    }

    private static async Task<int> CountAsync(StoreHost store) =>
        (await store.GetAsync("/api/runs/r/metrics/latest")).GetProperty("series")[0].GetProperty("count").GetInt32();

    /// <summary>An export without the times that belong to the store: of the export, and of the creation of the run.</summary>
    private static string Comparable(byte[] export)
    {
        var records = JsonNode.Parse(export)?.AsArray() ?? throw new InvalidOperationException("An export is a list.");
        foreach (var record in records.OfType<JsonObject>())
        {
            foreach (var own in (string[])["exported_at", "created_at", "id"])
            {
                record.Remove(own);
            }
        }
        // Points of one step keep their order of arrival, which differs if late ones arrived in another export.
        foreach (var points in records.OfType<JsonObject>().Where(record => record["type"]?.GetValue<string>() == "points"))
        {
            var rows = Enumerable.Range(0, points["steps"]?.AsArray().Count ?? 0)
                .Select(row => string.Join(' ', ((string[])["steps", "attempts", "times", "values"])
                    .Select(name => points[name]?[row]?.ToJsonString()))).Order(StringComparer.Ordinal);
            foreach (var list in (string[])["seqs", "steps", "attempts", "times", "values"])
            {
                points.Remove(list);
            }
            points["rows"] = new JsonArray([.. rows.Select(row => (JsonNode)row)]);
        }
        return records.ToJsonString();
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }
        return packed.ToArray();
    }
}
