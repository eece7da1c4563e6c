using System.IO.Compression;
using System.Text.Json;
using Trainyard.ExperimentStore.Tests.Media;
using Trainyard.Harness;
using Trainyard.TensorBoard;

namespace Trainyard.ExperimentStore.Tests.Transfer.Importing;

public sealed class TensorBoardImportTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Each_folder_with_event_files_becomes_a_run_whose_restarts_are_attempts(string database)
    {
        await using var store = await StartAsync(database);
        var logs = Path.Combine(store.Corpus, "logs");
        var hyperparameters = new Dictionary<string, HyperparameterValue>
        {
            ["lr"] = HyperparameterValue.Of(0.001),
            ["optimizer"] = HyperparameterValue.Of("adam"),
        };
        await WriteAsync(logs, "a/train", 100, LogEvent.Of(Event.Noon, 0, new HyperparameterSessionStart(hyperparameters, 5)), Scalar(1, 1),
            Scalar(2, 2), Scalar(3, 3));
        await WriteAsync(logs, "a/train", 200, LogEvent.SessionStart(Event.Noon, 2), Scalar(2, double.NaN),
            LogEvent.Of(
                Event.Noon, 3, new TextValue("sample", "once upon"), new ImagesValue("picture", [Medium.Png]),
                new ImagesValue("broken", [[1, 2, 3]]), new HistogramValue("weights", [new(0, 1, 2), new(1, double.MaxValue, 3)])));
        await WriteAsync(logs, "a/val", 100, Scalar(1, 10),
            LogEvent.Of(Event.Noon, 0, new HyperparameterSessionEnd(HyperparameterStatus.Failure, 6)));

        var import = await store.ImportAsync(new { path = "logs", format = "tensorboard", experiment_id = "from-tb" });

        Imports.AssertCompleted(import);
        Assert.Equal(2, import.GetProperty("runs").GetInt32());
        var runs = (await store.GetAsync("/api/runs?experiment_id=from-tb")).GetProperty("items").EnumerateArray()
            .ToDictionary(run => run.GetProperty("name").GetString() ?? "");
        Assert.Equal(["a/train", "a/val"], runs.Keys.Order());
        Assert.Equal(("completed", "failed", "tensorboard"),
            (runs["a/train"].GetProperty("status").GetString(), runs["a/val"].GetProperty("status").GetString(),
                runs["a/val"].GetProperty("source").GetString()));
        var id = runs["a/train"].GetProperty("run_id").GetString();
        Assert.Equal(["1:1", "2:NaN"], await PointsAsync(store, id, ""));
        Assert.Equal(["1:1", "2:2", "2:NaN", "3:3"], await PointsAsync(store, id, "&attempt=all"));
        Assert.Equal("""{"lr":0.001,"optimizer":"adam"}""", (await store.GetAsync($"/api/runs/{id}")).GetProperty("config").GetRawText());
        var media = (await store.GetAsync($"/api/runs/{id}/media")).GetProperty("media").EnumerateArray();
        Assert.Equal(
            ["picture image 3", "sample text 3", "weights histogram 3"],
            media.Select(row => $"{row.GetProperty("name")} {row.GetProperty("kind")} {row.GetProperty("last_step")}"));
        Assert.Contains(
            "content must be a PNG", string.Join(' ', import.GetProperty("notices").EnumerateArray()), StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Importing_a_grown_and_moved_folder_adds_only_new_events(string database)
    {
        await using var store = await StartAsync(database);
        var logs = Path.Combine(store.Corpus, "logs");
        var file = await WriteAsync(logs, "run", 100, Scalar(1, 1), Scalar(2, 2));
        // The writer is in the middle of a record.
        var whole = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(file, whole.AsMemory(0, whole.Length - 5), TestContext.Current.CancellationToken);
        Imports.AssertCompleted(await store.ImportAsync(new { path = "logs", format = "tensorboard" }));
        await File.WriteAllBytesAsync(file, whole, TestContext.Current.CancellationToken);
        await WriteAsync(logs, "run", 200, Scalar(3, 3));

        var again = await store.ImportAsync(new { path = "logs/run", format = "tensorboard" });
        using var packed = new MemoryStream();
        await ZipFile.CreateFromDirectoryAsync(logs, packed, TestContext.Current.CancellationToken);
        var uploaded = await store.UploadAsync(packed.ToArray(), "format=tensorboard");

        // Two points, and a later end.
        Assert.Equal(3, again.GetProperty("added").GetInt32());
        Assert.Equal(0, uploaded.GetProperty("added").GetInt32());
        var run = Assert.Single((await store.GetAsync("/api/runs")).GetProperty("items").EnumerateArray());
        Assert.Equal(["1:1", "2:2", "3:3"], await PointsAsync(store, run.GetProperty("run_id").GetString(), "&attempt=all"));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_TensorBoard_export_imports_as_the_same_curve(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync(Event.Start("r") with { Hyperparams = JsonElement.Parse("""{"lr":0.5}""") },
            Event.Metric("r", 1, "loss", 0.5), Event.Metric("r", 2, "loss", 0.25), Event.Resume("r", 2),
            Event.Metric("r", 2, "loss", double.PositiveInfinity));

        Imports.AssertCompleted(await store.UploadAsync(await store.ExportAsync("/api/runs/r/export?format=tensorboard&attempts=all"),
            "format=tensorboard"));

        var copy = Assert.Single((await store.GetAsync("/api/runs")).GetProperty("items").EnumerateArray(),
            run => run.GetProperty("run_id").GetString() != "r");
        Assert.Equal("r", copy.GetProperty("name").GetString());
        var id = copy.GetProperty("run_id").GetString();
        Assert.Equal(["1:0.5", "2:Infinity"], await PointsAsync(store, id, ""));
        Assert.Equal(["1:0.5", "2:0.25", "2:Infinity"], await PointsAsync(store, id, "&attempt=all"));
    }

    [Fact]
    public async Task The_same_files_uploaded_again_change_neither_name_nor_hyperparameters()
    {
        await using var store = await StartAsync("sqlite");
        var logs = Path.Combine(store.Corpus, "logs");
        var hyperparameters = new Dictionary<string, HyperparameterValue> { ["lr"] = HyperparameterValue.Of(0.001) };
        await WriteAsync(logs, ".", 100, LogEvent.Of(Event.Noon, 0, new HyperparameterSessionStart(hyperparameters, 5)), Scalar(1, 1));
        Imports.AssertCompleted(await store.ImportAsync(new { path = "logs", format = "tensorboard" }));

        for (var times = 0; times < 2; times++)
        {
            using var packed = new MemoryStream();
            await ZipFile.CreateFromDirectoryAsync(logs, packed, TestContext.Current.CancellationToken);
            Assert.Equal(0, (await store.UploadAsync(packed.ToArray(), "format=tensorboard")).GetProperty("added").GetInt32());
        }

        Assert.Equal("logs", Assert.Single((await store.GetAsync("/api/runs")).GetProperty("items").EnumerateArray()).GetProperty("name")
            .GetString());
    }

    [Fact]
    public async Task Values_at_negative_steps_are_left_out_with_a_notice()
    {
        await using var store = await StartAsync("sqlite");
        await WriteAsync(Path.Combine(store.Corpus, "logs"), "a", 100, Scalar(-7, 9), Scalar(-7, 8), Scalar(0, 1), Scalar(1, 2));

        var import = await store.ImportAsync(new { path = "logs", format = "tensorboard" });

        Imports.AssertCompleted(import);
        Assert.Equal(
            "2 values left out: a step must be a whole number from 0 to 9007199254740992 (2^53), not -7 "
            + "(first: 'loss' in a/events.out.tfevents.100).",
            Assert.Single(import.GetProperty("notices").EnumerateArray()).GetString());
        var run = Assert.Single((await store.GetAsync("/api/runs")).GetProperty("items").EnumerateArray());
        Assert.Equal(["0:1", "1:2"], await PointsAsync(store, run.GetProperty("run_id").GetString(), "&attempt=all"));
    }

    [Fact]
    public async Task Left_out_values_are_one_notice_per_file_and_rule()
    {
        await using var store = await StartAsync("sqlite");
        var logs = Path.Combine(store.Corpus, "logs");
        var name = new string('n', 251);
        await WriteAsync(logs, "a", 100,
        [
            .. Enumerable.Range(1, 200).Select(step => Scalar(-step, step)), Scalar(-5, 1, "accuracy"), Scalar(1, 1),
            Scalar(2, 1, name), Scalar(3, 1, $"{name}n"),
        ]);
        await WriteAsync(logs, "b", 100, Scalar(-9, 1, "accuracy"));

        var import = await store.ImportAsync(new { path = "logs", format = "tensorboard" });

        Assert.Equal(
            [
                "201 values left out: a step must be a whole number from 0 to 9007199254740992 (2^53), not -1 "
                    + "(first: 'loss' in a/events.out.tfevents.100).",
                $"2 values left out: a name has 1 to 250 characters, not 251 (first: '{name[..40]}…' in a/events.out.tfevents.100).",
                "1 values left out: a step must be a whole number from 0 to 9007199254740992 (2^53), not -9 "
                    + "(first: 'accuracy' in b/events.out.tfevents.100).",
            ],
            import.GetProperty("notices").EnumerateArray().Select(notice => notice.GetString()));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Left_out_values_never_count_as_repeated(string database)
    {
        await using var store = await StartAsync(database);
        await WriteAsync(Path.Combine(store.Corpus, "logs"), "a", 100,
            Scalar(-1, 1), Scalar(0, 1), Scalar(-2, 1), Scalar(1, 1), Scalar(2, 1, new string('n', 251)));

        var first = await store.ImportAsync(new { path = "logs", format = "tensorboard" });
        var again = await store.ImportAsync(new { path = "logs", format = "tensorboard" });

        // Two points, the start and the end.
        Assert.Equal((4, 0), (first.GetProperty("added").GetInt32(), first.GetProperty("repeated").GetInt32()));
        Assert.Equal((0, 4), (again.GetProperty("added").GetInt32(), again.GetProperty("repeated").GetInt32()));
        Assert.Equal(first.GetProperty("notices").GetRawText(), again.GetProperty("notices").GetRawText());
    }

    [Fact]
    public async Task A_damaged_file_is_named_and_the_others_are_imported()
    {
        await using var store = await StartAsync("sqlite");
        var logs = Path.Combine(store.Corpus, "logs");
        var damaged = await WriteAsync(logs, "a", 100, Scalar(1, 1), Scalar(2, 2));
        await WriteAsync(logs, "b", 100, Scalar(1, 1));
        var bytes = await File.ReadAllBytesAsync(damaged, TestContext.Current.CancellationToken);
        bytes[^10] ^= 1;
        await File.WriteAllBytesAsync(damaged, bytes, TestContext.Current.CancellationToken);

        var import = await store.ImportAsync(new { path = "logs", format = "tensorboard" });

        Imports.AssertCompleted(import);
        Assert.Equal(2, import.GetProperty("runs").GetInt32());
        Assert.Contains("a/events.out.tfevents.100: The record at byte",
            Assert.Single(import.GetProperty("notices").EnumerateArray()).GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("rubbish that is longer than the head of a record")]
    public async Task A_file_without_events_fails_and_creates_no_run(string content)
    {
        await using var store = await StartAsync("sqlite");
        var folder = Directory.CreateDirectory(Path.Combine(store.Corpus, "logs"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "events.out.tfevents.1"), content,
            TestContext.Current.CancellationToken);

        var import = await store.ImportAsync(new { path = "logs", format = "tensorboard" });

        Assert.Equal(("failed", "EVENT_INVALID", "tensorboard"),
            (import.GetProperty("state").GetString(), import.GetProperty("error_code").GetString(),
                import.GetProperty("format").GetString()));
        Assert.Empty((await store.GetAsync("/api/runs")).GetProperty("items").EnumerateArray());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Folders_that_begin_with_the_same_file_are_separate_runs(string database)
    {
        await using var store = await StartAsync(database);
        var logs = Path.Combine(store.Corpus, "logs");
        var first = await WriteAsync(logs, "base", 100, Scalar(1, 1));
        Directory.CreateDirectory(Path.Combine(logs, "copy"));
        File.Copy(first, Path.Combine(logs, "copy", Path.GetFileName(first)));
        await WriteAsync(logs, "copy", 200, Scalar(2, 2));

        var import = await store.ImportAsync(new { path = "logs", format = "tensorboard" });
        var again = await store.ImportAsync(new { path = "logs", format = "tensorboard" });

        var runs = (await store.GetAsync("/api/runs")).GetProperty("items").EnumerateArray()
            .ToDictionary(run => run.GetProperty("name").GetString() ?? "");
        Assert.Equal(["base", "copy"], runs.Keys.Order());
        Assert.Equal(["1:1"], await PointsAsync(store, runs["base"].GetProperty("run_id").GetString(), ""));
        Assert.Equal(["1:1", "2:2"], await PointsAsync(store, runs["copy"].GetProperty("run_id").GetString(), ""));
        Assert.Contains("'copy' begins with the same file", Assert.Single(import.GetProperty("notices").EnumerateArray()).GetString(),
            StringComparison.Ordinal);
        Assert.Equal(0, again.GetProperty("added").GetInt32());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Left_out_values_are_reported(string database)
    {
        await using var store = await StartAsync(database);
        var logs = Path.Combine(store.Corpus, "logs");
        var file = await WriteAsync(logs, "run", 100, Scalar(1, 1), LogEvent.Of(Event.Noon, 2, new ScalarValue(new string('n', 251), 1)),
            LogEvent.Of(Event.Noon, (1L << 53) + 1, new ScalarValue("loss", 1)), Scalar(3, 3));
        var whole = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(file, whole.AsMemory(0, whole.Length - 5), TestContext.Current.CancellationToken);

        var import = await store.ImportAsync(new { path = "logs", format = "tensorboard" });

        var notices = import.GetProperty("notices").EnumerateArray().Select(notice => notice.GetString() ?? "").ToList();
        Assert.Equal(3, notices.Count);
        Assert.Contains("run/events.out.tfevents.100 ends in the middle of a record", notices[0], StringComparison.Ordinal);
        Assert.Contains(notices, notice => notice.StartsWith("1 values left out: a name has", StringComparison.Ordinal)
            && notice.Contains("not 251 (first: 'nnn", StringComparison.Ordinal));
        Assert.Contains(notices, notice =>
            notice.StartsWith("1 values left out: a step must be a whole number from 0 to 9007199254740992 (2^53), not 9007199254740993",
                StringComparison.Ordinal));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Known_data_joins_the_experiment_or_says_why_not(string database)
    {
        await using var store = await StartAsync(database);
        await WriteAsync(Path.Combine(store.Corpus, "logs"), "run", 100, Scalar(1, 1));
        Imports.AssertCompleted(await store.ImportAsync(new { path = "logs", format = "tensorboard" }));

        var joined = await store.ImportAsync(new { path = "logs", format = "tensorboard", experiment_id = "first" });
        var stays = await store.ImportAsync(new { path = "logs", format = "tensorboard", experiment_id = "second" });

        Imports.AssertCompleted(joined);
        Assert.Single((await store.GetAsync("/api/experiments/first/trials")).GetProperty("items").EnumerateArray());
        Assert.Contains("in experiment 'first', and stays there", Assert.Single(stays.GetProperty("notices").EnumerateArray()).GetString(),
            StringComparison.Ordinal);
    }

    internal static LogEvent Scalar(long step, double value, string series = "loss") =>
        LogEvent.Of(Event.Noon.AddSeconds(step), step, new ScalarValue(series, value));

    internal static async Task<string> WriteAsync(string logs, string run, int time, params LogEvent[] events)
    {
        var path = Path.Combine(logs, run, $"events.out.tfevents.{time}");
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? "");
        await using var writer = new EventFileWriter(File.Create(path), Event.Noon.AddMilliseconds(run.Sum(letter => (int)letter)));
        foreach (var logEvent in events)
        {
            await writer.WriteAsync(logEvent);
        }
        return path;
    }

    private static async Task<string[]> PointsAsync(StoreHost store, string? id, string query) =>
        [.. (await store.GetAsync($"/api/runs/{id}/metrics?keys=loss{query}")).GetProperty("series")[0].GetProperty("points")
            .EnumerateArray()
            .Select(point => $"{point.GetProperty("step")}:{point.GetProperty("value")}")];
}
