using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.Training;
using Trainyard.ExperimentStore.Artifacts.Checkpoints;
using Trainyard.ExperimentStore.Tests.Live;
using Trainyard.ExperimentStore.Tests.Training;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Artifacts;

public class CheckpointTests(PostgresServer postgres, RedisServer redis) : TrainingTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_valid_file_is_registered_with_its_size_hash_and_tensors(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1));
        var (path, content) = Write(store, "models/r/model.safetensors");
        var hash = Convert.ToHexStringLower(SHA256.HashData(content));

        var created = await RegisterAsync(
            store, "r", new
            {
                path,
                step = 7,
                is_best = true,
                metrics = new { loss = 0.5, odd = double.NaN },
                size = content.Length,
                sha256 = hash.ToUpperInvariant()
            });

        Assert.Equal(("model.safetensors", "valid", "safetensors", hash),
            (Text(created, "path"), Text(created, "validation"), Text(created, "format"), Text(created, "sha256")));
        Assert.Equal((7, content.Length, 1, 6),
            (Number(created, "step"), Number(created, "size"), Number(created, "tensors"), Number(created, "parameters")));
        Assert.Equal((true, true), (created.GetProperty("is_best").GetBoolean(), created.GetProperty("available").GetBoolean()));
        Assert.Equal("NaN", Text(created.GetProperty("metrics"), "odd"));
        var again = await RegisterAsync(store, "r", new { path = "model.safetensors", step = 8 });
        Assert.Equal((Text(created, "checkpoint_id"), 8), (Text(again, "checkpoint_id"), Number(again, "step")));
        Assert.Equal(again.ToString(), (await store.GetAsync($"/api/checkpoints/{Text(created, "checkpoint_id")}")).ToString());
        Assert.Single(await ItemsAsync(store, "r", ""));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_checkpoint_keeps_its_metadata_and_must_hold_the_keys_that_are_required(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1));
        var (filepath, _) = Write(store, "models/r/model.safetensors");

        var created = await RegisterAsync(store, "r",
            new { filepath, step = 7.0, metadata = new { epoch = 3, note = "größe" }, required_keys = new[] { "wte" } });

        Assert.Equal(("model.safetensors", 7, "größe"),
            (Text(created, "path"), Number(created, "step"), Text(created.GetProperty("metadata"), "note")));
        var listed = Assert.Single(await ItemsAsync(store, "r", ""));
        Assert.Equal(3, Number(listed.GetProperty("metadata"), "epoch"));
        foreach (var (body, code, reason) in ((string, string, string)[])[
            ($$"""{"filepath":"{{filepath}}","required_keys":["wte","optimizer"]}""", "CHECKPOINT_INVALID", "it lacks the key 'optimizer'"),
            ($$"""{"filepath":"{{filepath}}","path":"other"}""", "CONFIG_INVALID", "filepath"),
            ($$"""{"filepath":"{{filepath}}","metadata":[1]}""", "CONFIG_INVALID", "metadata"),
            ($$"""{"filepath":"{{filepath}}","step":1152921504606846976}""", "CONFIG_INVALID", "(2^53)")])
        {
            var refused = await store.RefusedAsync(HttpMethod.Post, "/api/runs/r/checkpoints", body);
            Assert.Equal(code, refused.Code);
            Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_missing_or_invalid_file_is_refused_with_every_reason(string database)
    {
        await using var store = await StartAsync(
            database, settings: ("CHECKPOINTS:ROOTS", Directory.CreateTempSubdirectory("trainyard-roots-").FullName));
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1));
        var (path, content) = Write(store, "models/r/model.safetensors");
        var (broken, _) = Write(store, "models/r/broken.safetensors");
        await File.WriteAllBytesAsync(broken, content[..^3]);
        Directory.CreateSymbolicLink(Path.Combine(store.Artifacts, "models/r/link"), "/etc");
        var (ofAnotherRun, _) = Write(store, "models/other/model.safetensors");

        await RefusedAsync(new { path = "none.pt" }, "CHECKPOINT_INVALID", "does not exist");
        await RefusedAsync(new { path = broken }, "CHECKPOINT_INVALID", "ends 3 bytes early");
        await RefusedAsync(new { path = broken, size = 5 }, "CHECKPOINT_INVALID", "ends 3 bytes early", "registered with 5");
        await RefusedAsync(new { path, sha256 = new string('0', 64) }, "CHECKPOINT_INVALID", "its SHA-256 is");
        foreach (var outside in (string[])[
            "/etc/passwd", "../../../etc/passwd", "link/passwd", "a\0b", "../../..", "/",
            ofAnotherRun, "../other/model.safetensors", "..", store.Artifacts])
        {
            await RefusedAsync(new { path = outside }, "PATH_FORBIDDEN", "CHECKPOINTS__ROOTS");
        }
        await RefusedAsync(new { path = "", step = -1, size = -1, sha256 = "xyz", metrics = new Dictionary<string, double> { [""] = 1 } },
            "CONFIG_INVALID", "path", "step", "size", "sha256", "metrics");
        await RefusedAsync(new { path, colour = "red" }, "CONFIG_INVALID", "colour");
        Assert.Equal("RUN_NOT_FOUND", (await store.RefusedAsync(HttpMethod.Post, "/api/runs/none/checkpoints", """{"path":"x"}""")).Code);
        Assert.Empty(await ItemsAsync(store, "r", ""));

        async Task RefusedAsync(object body, string code, params string[] named)
        {
            var refused = await store.RefusedAsync(HttpMethod.Post, "/api/runs/r/checkpoints", JsonSerializer.Serialize(body));
            Assert.Equal(code, refused.Code);
            Assert.All(named, field => Assert.Contains(field, refused.Message, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_zip_with_a_damaged_entry_is_refused_at_once_or_in_the_background()
    {
        await using var store = await StartAsync("sqlite");
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1));
        var path = Path.Combine(store.Artifacts, "models/r/checkpoints/model.pt");
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? store.Artifacts);
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            Write("model/data.pkl", [0x80, 2, (byte)'}', (byte)'.']);
            Write("model/data/0", "the weights"u8);

            void Write(string name, ReadOnlySpan<byte> content)
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
                entry.Write(content);
            }
        }
        // Its pickle refers to no tensor.
        Assert.Equal("unknown", Text(await RegisterAsync(store, "r", new { path }), "validation"));
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[bytes.AsSpan().IndexOf("weights"u8)] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);

        var refused = await store.RefusedAsync(HttpMethod.Post, "/api/runs/r/checkpoints", JsonSerializer.Serialize(new { path }));
        await store.StoreAsync(Event.Checkpoint("r", "checkpoints/model.pt", 100));
        await CatchUpAsync(store);

        Assert.Equal("CHECKPOINT_INVALID", refused.Code);
        Assert.Contains("the zip entry 'model/data/0' is damaged: its CRC-32 is", refused.Message, StringComparison.Ordinal);
        Assert.Equal("invalid", Text(Assert.Single(await ItemsAsync(store, "r", "")), "validation"));
    }

    [Fact]
    public async Task Files_in_allowed_folders_and_unchecked_urls_can_be_registered()
    {
        var root = Directory.CreateTempSubdirectory("trainyard-roots-").FullName;
        await using var store = await StartAsync("sqlite", settings: ("CHECKPOINTS:ROOTS", $"/nowhere; {root}"));
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1));
        var file = Path.Combine(root, "epoch-3.safetensors");
        await File.WriteAllBytesAsync(file, Safetensors());

        var outside = await RegisterAsync(store, "r", new { path = file });
        var away = await RegisterAsync(store, "r", new { path = "s3://bucket/epoch-3.pt", size = 100 });

        Assert.Equal((file, "valid"), (Text(outside, "path"), Text(outside, "validation")));
        Assert.Equal(
            ("remote", 100, JsonValueKind.Null), (Text(away, "validation"), Number(away, "size"), away.GetProperty("available").ValueKind));
        var loaded = await store.SendAsync(HttpMethod.Post, $"/api/checkpoints/{Text(outside, "checkpoint_id")}/load");
        Assert.Equal((file, JsonValueKind.Null), (Text(loaded, "path"), loaded.GetProperty("run_id").ValueKind));
        Assert.Equal("s3://bucket/epoch-3.pt",
            Text(await store.SendAsync(HttpMethod.Post, $"/api/checkpoints/{Text(away, "checkpoint_id")}/load"), "path"));

        var deleted = await store.SendAsync(HttpMethod.Delete, $"/api/checkpoints/{Text(outside, "checkpoint_id")}");
        Assert.Equal(
            (0, true, true), (Number(deleted, "files_deleted"), deleted.GetProperty("files_kept").GetBoolean(), File.Exists(file)));
        Directory.Delete(root, recursive: true);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Checkpoints_of_events_are_checked_in_the_background_and_again_after_a_rewrite(string database)
    {
        await using var store = await StartAsync(database, settings: ("CHECKPOINTS:HASH_AT_ONCE_BYTES", "0"));
        var (path, content) = Write(store, "models/r/checkpoints/100/model.safetensors");
        await store.StoreAsync(Event.Checkpoint("r", "checkpoints/100", 100), Event.Checkpoint("r", "checkpoints/200", 200),
            Event.Checkpoint("r", "/etc/passwd", 300));

        await CatchUpAsync(store);

        Assert.Equal([("/etc/passwd", "remote"), ("checkpoints/200", "missing"), ("checkpoints/100", "valid")], await VerdictsAsync());
        await File.WriteAllBytesAsync(path, content[..20]);
        await store.StoreAsync(Event.Checkpoint("r", "checkpoints/100", 100));
        await CatchUpAsync(store);
        Assert.Equal(("checkpoints/100", "invalid"), (await VerdictsAsync())[^1]);
        var broken = (await ItemsAsync(store, "r", ""))[^1];
        Assert.StartsWith("model.safetensors: ", broken.GetProperty("problems")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal("CHECKPOINT_INVALID",
            (await store.RefusedAsync(HttpMethod.Post, $"/api/checkpoints/{Text(broken, "checkpoint_id")}/best")).Code);
        Assert.Equal("CHECKPOINT_INVALID",
            (await store.RefusedAsync(HttpMethod.Post, $"/api/checkpoints/{Text(broken, "checkpoint_id")}/load")).Code);

        // A large file is hashed in the background and still compared with the registered hash.
        await File.WriteAllBytesAsync(path, content);
        var large = await RegisterAsync(store, "r", new { path = "checkpoints/100", sha256 = new string('0', 64) });
        Assert.Equal("unchecked", Text(large, "validation"));
        await CatchUpAsync(store);
        Assert.Equal(("checkpoints/100", "invalid"), (await VerdictsAsync())[^1]);

        async Task<List<(string?, string?)>> VerdictsAsync() =>
            [.. (await ItemsAsync(store, "r", "order_by=step desc")).Select(item => (Text(item, "path"), Text(item, "validation")))];
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Checkpoints_are_paged_in_any_order_and_those_without_the_value_come_last(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync([.. Enumerable.Range(1, 25).Select(step => Event.Checkpoint("r", $"c/{step}", step, best: step == 13) with
        {
            Time = Event.Noon.AddSeconds(-step),
            Size = step * 10,
            Measurements = step % 5 == 0 ? null
                : new Dictionary<string, double> { ["val_loss"] = step % 5 == 1 ? double.NaN : (step * 7) % 25 },
        })]);

        Assert.Equal(Enumerable.Range(1, 25).Reverse(), await StepsAsync("limit=7"));
        Assert.Equal(Enumerable.Range(1, 25), await StepsAsync("order_by=step&limit=4"));
        Assert.Equal(Enumerable.Range(1, 25).Reverse(), await StepsAsync("order_by=saved_at asc&limit=6"));
        Assert.Equal(Enumerable.Range(1, 25).Reverse(), await StepsAsync("order_by=size desc&limit=25"));
        var byLoss = await StepsAsync("order_by=metrics.val_loss&limit=3");
        var known = Enumerable.Range(1, 25).Where(step => step % 5 > 1).OrderBy(step => (step * 7) % 25).ToList();
        Assert.Equal(known, byLoss.Take(known.Count));
        Assert.Equal(25, byLoss.Distinct().Count());
        Assert.Equal([13], await StepsAsync("best=true"));
        foreach (var wrong in (string[])["order_by=colour", "order_by=step down", "order_by=metrics.", "limit=0", "limit=1001", "cursor=x",
            "colour=red", "order_by=metrics.a'b&cursor=eyJPcmRlciI6IngiLCJWYWx1ZSI6IjEiLCJJZCI6IjEifQ"])
        {
            Assert.Equal("CONFIG_INVALID", (await store.RefusedAsync(HttpMethod.Get, $"/api/runs/r/checkpoints?{wrong}")).Code);
        }
        Assert.Equal(25, (await StepsAsync("order_by=metrics.it's \"odd\" desc")).Count);

        async Task<List<int>> StepsAsync(string query)
        {
            var steps = new List<int>();
            for (var cursor = ""; ;)
            {
                var page = await store.GetAsync($"/api/runs/r/checkpoints?{query}{cursor}");
                steps.AddRange(page.GetProperty("items").EnumerateArray().Select(item => Number(item, "step")));
                if (Text(page, "next_cursor") is not { } next)
                {
                    return steps;
                }
                cursor = $"&cursor={next}";
            }
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Only_one_checkpoint_is_the_best_and_subscribers_are_notified(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync(Event.Checkpoint("r", "c/1", 1, best: true),
            Event.Checkpoint("r", "c/2", 2) with { Measurements = new Dictionary<string, double> { ["val_loss"] = 0.5 } });
        var second = Text((await ItemsAsync(store, "r", ""))[0], "checkpoint_id");
        using var peer = await Peer.SubscribeAsync(store, "r");

        var marked = await store.SendAsync(HttpMethod.Post, $"/api/checkpoints/{second}/best");

        Assert.True(marked.GetProperty("is_best").GetBoolean());
        Assert.Equal([2], (await ItemsAsync(store, "r", "best=true")).Select(item => Number(item, "step")));
        var heard = await Peer.HearAsync(peer);
        Assert.Equal(("checkpoint_saved", second, 0.5),
            (Text(heard, "type"), Text(heard, "checkpoint_id"), heard.GetProperty("metrics").GetProperty("val_loss").GetDouble()));
        Assert.Equal("DATA_NOT_FOUND", (await store.RefusedAsync(HttpMethod.Post, "/api/checkpoints/none/best")).Code);
        await store.SendAsync(HttpMethod.Post, "/api/runs/bulk", new { run_ids = new[] { "r" }, action = "lock" });
        Assert.Equal("ILLEGAL_TRANSITION", (await store.RefusedAsync(HttpMethod.Post, $"/api/checkpoints/{second}/best")).Code);
        Assert.Equal("ILLEGAL_TRANSITION", (await store.RefusedAsync(HttpMethod.Delete, $"/api/checkpoints/{second}")).Code);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_run_starts_from_a_checkpoint_with_its_runs_config_and_what_is_changed(string database)
    {
        await using var store = await StartTrainingAsync(database);
        var run = await TrainAsync(store);
        Write(store, $"models/{run}/checkpoints/100/model.safetensors");
        await ClaimAsync(store, run, 1);
        await store.TellAsync(1, Event.Checkpoint(run, "checkpoints/100", 100), Event.Checkpoint(run, "checkpoints/200", 200));
        var ids = (await ItemsAsync(store, run, "order_by=step")).Select(item => Text(item, "checkpoint_id")).ToList();

        var loaded = Text(
            await store.SendAsync(HttpMethod.Post, $"/api/checkpoints/{ids[0]}/load", new { learning_rate = 0.0003, name = "finer" }),
            "run_id") ?? "";

        var started = await store.GetAsync($"/api/runs/{loaded}");
        Assert.Equal(("queued", "finer"), (Text(started, "status"), Text(started, "name")));
        Assert.True((await ClaimAsync(store, loaded, 1)).Is<RunClaimed>(out var claimed));
        Assert.Equal($"models/{run}/checkpoints/100", claimed.Message.StartFromPath);
        Assert.Equal((0.0003, "tok", ids[0]),
            (claimed.Message.Config.LearningRate, claimed.Message.Config.TokenizerId, claimed.Message.Config.StartFrom));
        await RefusedAsync(ids[0], """{"learning_rate":-1,"batch_size":0}""", "CONFIG_INVALID", "learning_rate", "batch_size");
        await RefusedAsync(ids[0], """{"colour":"red"}""", "CONFIG_INVALID", "colour");
        await RefusedAsync(ids[0], """{"learning_rate":"fast"}""", "CONFIG_INVALID", "learning_rate");
        await RefusedAsync(ids[0], "[1]", "CONFIG_INVALID");
        await RefusedAsync(ids[1], "{}", "CHECKPOINT_INVALID", "no longer on disk");
        await store.TellAsync(1, Event.Stop(run, RunStatus.Completed));
        await store.SendAsync(HttpMethod.Delete, $"/api/runs/{run}");
        var refusal = await store.RefusedAsync(HttpMethod.Post, "/api/runs/train",
            $$"""{"tokenizer_id":"tok","corpus_path":"corpus.txt","start_from":"{{ids[0]}}"}""");
        Assert.Equal("CHECKPOINT_INVALID", refusal.Code);
        Assert.Contains("is deleted", refusal.Message, StringComparison.Ordinal);

        async Task RefusedAsync(string? id, string body, string code, params string[] named)
        {
            var refused = await store.RefusedAsync(HttpMethod.Post, $"/api/checkpoints/{id}/load", body);
            Assert.Equal(code, refused.Code);
            Assert.All(named, field => Assert.Contains(field, refused.Message, StringComparison.Ordinal));
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_checkpoint_is_deleted_with_its_files_unless_it_is_in_use(string database)
    {
        await using var store = await StartTrainingAsync(database);
        var run = await TrainAsync(store);
        foreach (var step in (int[])[100, 200])
        {
            Write(store, $"models/{run}/checkpoints/{step}/model.safetensors");
            Write(store, $"models/{run}/checkpoints/{step}/optimizer.safetensors");
        }
        await ClaimAsync(store, run, 1);
        await store.TellAsync(1, Event.Checkpoint(run, "checkpoints/100", 100), Event.Checkpoint(run, "checkpoints/200", 200));
        var (first, newest) = (await ItemsAsync(store, run, "order_by=step")).Select(item => Text(item, "checkpoint_id"))
            .ToArray() is [var oldest, var latest] ? (oldest, latest) : default;

        Assert.Contains("would resume from it", await RefusedAsync(newest), StringComparison.Ordinal);
        var starting = Text(await store.SendAsync(HttpMethod.Post, $"/api/checkpoints/{first}/load"), "run_id");
        Assert.Contains($"run {starting} starts from it", await RefusedAsync(first), StringComparison.Ordinal);
        await store.SendAsync(HttpMethod.Post, $"/api/runs/{starting}/cancel");
        var deleted = await store.SendAsync(HttpMethod.Delete, $"/api/checkpoints/{first}");

        Assert.Equal((2, false), (Number(deleted, "files_deleted"), deleted.GetProperty("files_kept").GetBoolean()));
        Assert.Equal(
            ["200"], Directory.GetDirectories(Path.Combine(store.Artifacts, "models", run, "checkpoints")).Select(Path.GetFileName));
        Assert.Equal([200], (await ItemsAsync(store, run, "")).Select(row => Number(row, "step")));
        Assert.Equal("DATA_NOT_FOUND", (await store.RefusedAsync(HttpMethod.Delete, $"/api/checkpoints/{first}")).Code);
        await store.TellAsync(1, Event.Stop(run, RunStatus.Cancelled));
        await store.SendAsync(HttpMethod.Delete, $"/api/checkpoints/{newest}");
        Assert.Empty(await ItemsAsync(store, run, ""));

        async Task<string?> RefusedAsync(string? id)
        {
            var refused = await store.RefusedAsync(HttpMethod.Delete, $"/api/checkpoints/{id}");
            Assert.Equal((HttpStatusCode.Conflict, "ILLEGAL_TRANSITION"), (refused.Status, refused.Code));
            return refused.Message;
        }
    }

    private static async Task<JsonElement> RegisterAsync(StoreHost store, string run, object body) =>
        await store.SendAsync(HttpMethod.Post, $"/api/runs/{run}/checkpoints", body);

    private static async Task<List<JsonElement>> ItemsAsync(StoreHost store, string run, string query) =>
        [.. (await store.GetAsync($"/api/runs/{run}/checkpoints?{query}")).GetProperty("items").EnumerateArray()];

    private static Task CatchUpAsync(StoreHost store) =>
        store.Services.GetRequiredService<CheckpointChecks>().CatchUpAsync(TestContext.Current.CancellationToken);

    private static (string Path, byte[] Content) Write(StoreHost store, string path)
    {
        var full = Path.Combine(store.Artifacts, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full) ?? "");
        File.WriteAllBytes(full, Safetensors());
        return (full, Safetensors());
    }

    private static byte[] Safetensors()
    {
        var header = """{"wte":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}"""u8;
        var file = new byte[8 + header.Length + 24];
        BinaryPrimitives.WriteInt64LittleEndian(file, header.Length);
        header.CopyTo(file.AsSpan(8));
        return file;
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();
}
