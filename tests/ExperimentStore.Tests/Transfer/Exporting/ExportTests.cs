using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using DuckDB.NET.Data;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Runs;
using Trainyard.Harness;
using Trainyard.TensorBoard;

namespace Trainyard.ExperimentStore.Tests.Transfer.Exporting;

public sealed class ExportTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Csv_has_a_line_per_point_of_the_clean_curve_or_of_all_attempts(string database)
    {
        await using var store = await StartAsync(database);
        await RunThatWentBackAsync(store);

        var (clean, headers) = await DownloadAsync(store, "/api/runs/r/export?format=csv&keys=loss");
        Assert.Equal(("text/csv", "attachment", "r.csv"),
            (headers.ContentType?.MediaType, headers.ContentDisposition?.DispositionType, headers.ContentDisposition?.FileName));
        Assert.Equal(
            ["run_id,series,attempt,step,time,value,resolution",
                "r,loss,1,1,2026-03-04T12:00:00.000000Z,0.1,raw",
                "r,loss,2,2,2026-03-04T12:00:00.000000Z,Infinity,raw",
                "r,loss,2,3,2026-03-04T12:00:00.000000Z,NaN,raw", ""],
            Encoding.UTF8.GetString(clean).Split("\r\n"));

        var (all, _) = await DownloadAsync(store, "/api/runs/r/export?format=csv&keys=loss&attempts=all&from_step=2&to_step=2");
        Assert.Equal(["r,loss,1,2,2026-03-04T12:00:00.000000Z,0.2,raw", "r,loss,2,2,2026-03-04T12:00:00.000000Z,Infinity,raw"],
            Encoding.UTF8.GetString(all).Split("\r\n")[1..^1]);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task DuckDb_reads_the_parquet_file(string database)
    {
        await using var store = await StartAsync(database);
        await RunThatWentBackAsync(store);

        var (file, headers) = await DownloadAsync(store, "/api/runs/r/export?format=parquet&attempts=all");

        Assert.Equal("r.parquet", headers.ContentDisposition?.FileName);
        Assert.Equal(
            ["r|loss|1|1|2026-03-04 12:00:00+00|0.1|raw", "r|loss|1|2|2026-03-04 12:00:00+00|0.2|raw",
                "r|loss|2|2|2026-03-04 12:00:00+00|inf|raw",
                "r|loss|2|3|2026-03-04 12:00:00+00|nan|raw", "r|wärme|1|2|2026-03-04 12:00:00+00|-inf|raw"],
            await QueryAsync(file,
                "SELECT concat_ws('|', run_id, series, attempt, step, time::timestamp || '+00', value, resolution) FROM 'FILE'"));
        Assert.Contains("DICTIONARY",
            Assert.Single(await QueryAsync(file, "SELECT encodings FROM parquet_metadata('FILE') WHERE path_in_schema = 'series'")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Points_of_many_chunks_and_row_groups_are_exported_once()
    {
        await using var store = await StartAsync("sqlite");
        const int Points = 105_000;
        foreach (var part in Enumerable.Range(0, Points).Chunk(35_000))
        {
            await store.StoreAsync([.. part.Select(step => Event.Metric("r", step / 2, "loss", step))]);
        }

        var (parquet, _) = await DownloadAsync(store, "/api/runs/r/export?format=parquet");
        var (csv, _) = await DownloadAsync(store, "/api/runs/r/export?format=csv");

        Assert.Equal([$"{Points}|{Points}|0|{Points - 1}"], await QueryAsync(parquet,
            "SELECT concat_ws('|', count(*), count(DISTINCT value), min(value)::int, max(value)::int) FROM 'FILE'"));
        Assert.Equal(["2"], await QueryAsync(parquet, "SELECT count(DISTINCT row_group_id)::varchar FROM parquet_metadata('FILE')"));
        Assert.Equal(Points + 1, csv.Count(letter => letter == (byte)'\n'));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task TensorBoard_files_show_the_clean_curve_whichever_attempts_they_hold(string database)
    {
        await using var store = await StartAsync(database);
        await RunThatWentBackAsync(store);
        foreach (var attempts in (string[])["clean", "all"])
        {
            var (zip, headers) = await DownloadAsync(store, $"/api/runs/r/export?format=tensorboard&attempts={attempts}");
            Assert.Equal("r.tensorboard.zip", headers.ContentDisposition?.FileName);
            var folder = Directory.CreateTempSubdirectory("trainyard-export-").FullName;
            try
            {
                using (var archive = new ZipArchive(new MemoryStream(zip)))
                {
                    archive.ExtractToDirectory(folder);
                }
                var run = Assert.Single(EventFolder.Find(folder));
                var events = await run.ReadCleanAsync(cancellationToken: TestContext.Current.CancellationToken)
                    .ToListAsync(TestContext.Current.CancellationToken);

                Assert.Equal("r", run.Name);
                Assert.Equal([(1, 0.1f), (2, float.PositiveInfinity), (3, float.NaN)],
                    events.SelectMany(logEvent => logEvent.Values.OfType<ScalarValue>().Where(value => value.Tag == "loss")
                        .Select(value => (logEvent.Step, (float)value.Value))));
                var session = Assert.Single(events.SelectMany(logEvent => logEvent.Values.OfType<HyperparameterSessionStart>()));
                var values = session.Hyperparameters;
                Assert.Equal((0.001, "adam", "[1,2]"), (values["lr"].Number, values["optimizer/name"].Text, values["betas"].Text));
                Assert.Equal(HyperparameterStatus.Success,
                    Assert.Single(events.SelectMany(logEvent => logEvent.Values.OfType<HyperparameterSessionEnd>())).Status);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Json_holds_the_whole_run(string database)
    {
        await using var store = await StartAsync(database);
        await RunThatWentBackAsync(store);
        await store.SendAsync(HttpMethod.Put, "/api/runs/r",
            new { notes = "größer = besser", tags = new Dictionary<string, string> { ["team"] = "nlp" } });
        await store.StoreAsync(Event.Checkpoint("r", "ckpt/3", 3, best: true), Event.Log("r", "a line"));

        var (json, headers) = await DownloadAsync(store, "/api/runs/r/export?logs=true");

        Assert.Equal(("application/json", "r.trainyard.json"), (headers.ContentType?.MediaType, headers.ContentDisposition?.FileName));
        var all = JsonElement.Parse(json).EnumerateArray().ToLookup(record => record.GetProperty("type").GetString());
        Assert.Equal(("trainyard", 1),
            (all["export"].Single().GetProperty("format").GetString(), all["export"].Single().GetProperty("version").GetInt32()));
        var run = all["run"].Single();
        Assert.Equal(("größer = besser", "nlp", "completed"),
            (run.GetProperty("notes").GetString(), run.GetProperty("tags").GetProperty("team").GetString(),
                run.GetProperty("status").GetString()));
        Assert.Equal("{\"lr\":0.001,\"optimizer\":{\"name\":\"adam\"},\"betas\":[1,2]}", run.GetProperty("params").GetRawText());
        Assert.Equal([1, 2], run.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("number").GetInt32()));
        var loss = all["points"].Single(record => record.GetProperty("series").GetString() == "loss");
        Assert.Equal("[0.1,0.2,\"Infinity\",\"NaN\"]", loss.GetProperty("values").GetRawText());
        Assert.Equal("[1,1,2,2]", loss.GetProperty("attempts").GetRawText());
        Assert.Equal(("ckpt/3", "a line"),
            (all["checkpoint"].Single().GetProperty("path").GetString(), all["log"].Single().GetProperty("message").GetString()));
        Assert.Equal((1, 5), (all["end"].Single().GetProperty("runs").GetInt32(), all["end"].Single().GetProperty("points").GetInt32()));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_experiment_is_one_document_or_a_file_per_run(string database)
    {
        await using var store = await StartAsync(database);
        await store.SendAsync(HttpMethod.Post, "/api/experiments", new { experiment_id = "e", name = "search" });
        foreach (var run in (string[])["a", "b"])
        {
            await store.StoreAsync(Event.Start(run) with { ExperimentId = "e" }, Event.Metric(run, 1, "loss", 1));
        }

        var (json, _) = await DownloadAsync(store, "/api/experiments/e/export");
        var (csv, headers) = await DownloadAsync(store, "/api/experiments/e/export?format=csv");

        Assert.Equal(["export", "experiment", "run", "points", "run", "points", "end"],
            JsonElement.Parse(json).EnumerateArray().Select(record => record.GetProperty("type").GetString()));
        Assert.Equal("e.csv.zip", headers.ContentDisposition?.FileName);
        using var zip = new ZipArchive(new MemoryStream(csv));
        Assert.Equal(["a.csv", "b.csv"], zip.Entries.Select(entry => entry.FullName).Order());
    }

    [Fact]
    public async Task Invalid_exports_are_refused_with_a_reason()
    {
        await using var store = await StartAsync("sqlite");
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1));

        Assert.Equal((HttpStatusCode.NotFound, "RUN_NOT_FOUND"),
            StatusAndCode(await store.RefusedAsync(HttpMethod.Get, "/api/runs/none/export")));
        Assert.Equal((HttpStatusCode.NotFound, "DATA_NOT_FOUND"),
            StatusAndCode(await store.RefusedAsync(HttpMethod.Get, "/api/experiments/none/export")));
        foreach (var query in (string[])["format=xml", "attempts=some", "format=csv&logs=true", "series=loss"])
        {
            Assert.Equal("CONFIG_INVALID", (await store.RefusedAsync(HttpMethod.Get, $"/api/runs/r/export?{query}")).Code);
        }

        static (HttpStatusCode, string?) StatusAndCode((HttpStatusCode Status, string? Code, string? Message) refused) =>
            (refused.Status, refused.Code);
    }

    /// <summary>Attempt 1 reaches step 2; attempt 2 resumes from step 2.</summary>
    private static Task<EventsStored> RunThatWentBackAsync(StoreHost store) => store.StoreAsync(
        Event.Start("r") with { Hyperparams = JsonElement.Parse("""{"lr":0.001,"optimizer":{"name":"adam"},"betas":[1,2]}""") },
        Event.Metric("r", 1, "loss", 0.1), Event.Metrics("r", 2, new() { ["loss"] = 0.2, ["wärme"] = double.NegativeInfinity }),
        Event.Resume("r", 2), Event.Metric("r", 2, "loss", double.PositiveInfinity), Event.Metric("r", 3, "loss", double.NaN),
        Event.Stop("r", RunStatus.Completed));

    private static async Task<(byte[] Body, System.Net.Http.Headers.HttpContentHeaders Headers)> DownloadAsync(StoreHost store, string path)
    {
        using var answer = await store.Http.GetAsync(new Uri(path, UriKind.Relative));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadAsByteArrayAsync(), answer.Content.Headers);
    }

    private static async Task<List<string>> QueryAsync(byte[] parquet, string sql)
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.parquet");
        try
        {
            await File.WriteAllBytesAsync(file, parquet);
            await using var duck = new DuckDBConnection("DataSource=:memory:");
            await duck.OpenAsync();
            await using var command = duck.CreateCommand();
            command.CommandText = sql.Replace("FILE", file, StringComparison.Ordinal);
            await using var reader = await command.ExecuteReaderAsync();
            var rows = new List<string>();
            while (await reader.ReadAsync())
            {
                rows.Add(reader.GetString(0));
            }
            return rows;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
