using System.Net;
using System.Text.Json.Nodes;
using Trainyard.Harness;
using Trainyard.Harness.Processes;

namespace Trainyard.SystemTests;

/// <summary><c>backup</c> and <c>restore</c> as a person runs them.</summary>
public sealed class BackupTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly TemporaryFolder data = new();
    private readonly TemporaryFolder other = new();
    private readonly CancellationTokenSource enough = new();

    [Fact]
    public async Task A_backup_taken_under_load_holds_all_that_was_acknowledged_before_it_and_its_run_goes_on()
    {
        const int Senders = 4;
        var acknowledged = new int[Senders];
        int[] before;
        string tokenizer, run;
        await using (var standalone = await StartAsync(data.Path))
        {
            using var client = new TrainyardClient(standalone.Address);
            // Its address is a secret, so a key is made.
            await client.PostAsync("/api/alerts", new { kind = "failed", webhook_url = "https://hooks.example/T0" });
            tokenizer = await client.TrainTokenizerAsync("docs", 512);
            run = await client.StartRunAsync(new
            {
                tokenizer_id = tokenizer,
                corpus_path = "docs",
                model_size = "nano",
                max_steps = 400,
                checkpoint_every = 20,
                keep_checkpoints = 1,
                eval_every = 200,
                threads = 1,
            });
            await client.UntilAsync($"/api/runs/{run}/checkpoints", page => page["items"]?.AsArray().Count >= 2, Limit);
            var senders = Enumerable.Range(0, Senders).Select(sender => SendAsync(client, sender, acknowledged)).ToArray();
            await Wait.UntilAsync(() => acknowledged.All(count => count >= 20));

            before = [.. acknowledged];
            await SucceedsAsync("backup", other.File("backup"), "--data", data.Path);

            await Wait.UntilAsync(() => acknowledged.Zip(before).All(pair => pair.First > pair.Second));
            await enough.CancelAsync();
            await Task.WhenAll(senders);
            await standalone.KillAsync();
        }
        Assert.False(File.Exists(data.File("artifacts", "models", run, "model.safetensors")), "The run had ended before it was killed.");
        Assert.Empty(Directory.GetDirectories(data.File("artifacts"), ".tmp-*"));

        await SucceedsAsync("restore", other.File("backup"), "--data", other.File("restored"));

        AssertOnlyTheOwnerReads(data.Path, other.File("backup"), other.File("restored"));
        AssertSameFiles(data.File("artifacts", "tokenizers", tokenizer), other.File("restored", "artifacts", "tokenizers", tokenizer));
        AssertSameFiles(data.File("keys"), other.File("restored", "keys"));
        await using (var restored = await StartAsync(other.File("restored")))
        {
            using var client = new TrainyardClient(restored.Address);
            for (var sender = 0; sender < Senders; sender++)
            {
                var steps = await StepsAsync(client, $"sender-{sender}");
                Assert.Equal(steps.Distinct(), steps);
                Assert.Empty(Enumerable.Range(0, before[sender]).Select(step => (long)step).Except(steps));
            }
            var ended = await client.RunEndsAsync(run, "completed", Limit);
            Assert.True(ended["attempt"]?.GetValue<int>() >= 2, ended.ToString());
            var log = await client.GetAsync($"/api/runs/{run}/logs?limit=1000");
            Assert.Contains("Resuming from checkpoint", log.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_backup_with_one_changed_byte_is_refused_and_the_data_folder_left_alone()
    {
        await FillAsync();
        await SucceedsAsync("backup", other.File("backup"), "--data", data.Path);
        var target = other.File("restored");

        foreach (var name in (string[])["manifest.json", "manifest.json.sha256", "trainyard.db", "artifacts/models/mine/model.safetensors"])
        {
            var file = other.File("backup", name);
            var modified = File.GetLastWriteTimeUtc(file);
            var original = await File.ReadAllBytesAsync(file);
            var changed = original.ToArray();
            changed[changed.Length / 2] ^= 1;
            await File.WriteAllBytesAsync(file, changed);
            File.SetLastWriteTimeUtc(file, modified);

            await FailsAsync(
                Path.GetFileName(name).Replace(".sha256", "", StringComparison.Ordinal), "restore", other.File("backup"), "--data", target);

            Assert.False(Directory.Exists(target));
            await File.WriteAllBytesAsync(file, original);
        }
        File.Delete(other.File("backup", "artifacts", "models", "mine", "model.safetensors"));
        await FailsAsync("model.safetensors", "backup", "verify", other.File("backup"));
    }

    [Fact]
    public async Task A_database_that_cannot_be_copied_is_said_in_one_line_and_leaves_nothing_behind()
    {
        await File.WriteAllTextAsync(data.File("trainyard.db"), string.Concat(Enumerable.Repeat("not a database. ", 1024)));

        await FailsAsync("trainyard.db can't be copied", "backup", other.File("backup"), "--data", data.Path);

        Assert.Empty(Directory.GetFileSystemEntries(other.Path));
    }

    [Fact]
    public async Task Restoring_keeps_out_of_the_way_of_what_is_there()
    {
        await FillAsync();
        await SucceedsAsync("backup", other.File("backup"), "--data", data.Path);
        await FailsAsync("exists already", "backup", other.File("backup"), "--data", data.Path);
        await FailsAsync("no database", "backup", other.File("none"), "--data", other.File("empty"));
        await FailsAsync("not empty", "restore", other.File("backup"), "--data", data.Path);
        await FailsAsync("'--forse'. See --help.", "restore", other.File("backup"), "--forse");
        await FailsAsync("'--force'. See --help.", "backup", other.File("none"), "--force");
        await FailsAsync("'--since'. See --help.", "restore", other.File("backup"), "--since");
        await FailsAsync("Required argument 'FOLDER' missing", "backup", "--data", data.Path);
        await FailsAsync("Required argument missing for option: '--data'", "restore", other.File("backup"), "--data");
        await using (await StartAsync(data.Path))
        {
            await FailsAsync("running", "restore", other.File("backup"), "--data", data.Path, "--force");
        }
        await File.WriteAllTextAsync(data.File("artifacts", "models", "mine", "notes.txt"), "later");

        var said = await SucceedsAsync("restore", other.File("backup"), "--data", data.Path, "--force");

        var aside = Assert.Single(Directory.GetDirectories(data.Path, "before-restore-*"));
        Assert.Contains(aside, said, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(aside, "trainyard.db")));
        Assert.Equal("later", await File.ReadAllTextAsync(Path.Combine(aside, "artifacts", "models", "mine", "notes.txt")));
        Assert.False(File.Exists(data.File("artifacts", "models", "mine", "notes.txt")));
        await using var restored = await StartAsync(data.Path);
        using var client = new TrainyardClient(restored.Address);
        Assert.Equal([0L, 1L, 2L], await StepsAsync(client, "sender-0"));
    }

    [Fact]
    public async Task A_later_backup_shares_what_has_not_changed_and_outlives_the_earlier_one()
    {
        await FillAsync();
        await SucceedsAsync("backup", other.File("first"), "--data", data.Path);
        var log = data.File("artifacts", "models", "mine", "logs.jsonl");
        await File.AppendAllTextAsync(log, "{\"message\":\"second\"}\n{\"message\":\"being wri");

        var said = await SucceedsAsync("backup", other.File("second"), "--data", data.Path, "--since", other.File("first"));
        Assert.Contains("1.0 MiB of them shared", said, StringComparison.Ordinal);

        Assert.Equal(
            "{\"message\":\"first\"}\n",
            await File.ReadAllTextAsync(other.File("first", "artifacts", "models", "mine", "logs.jsonl")));
        Assert.Equal(
            "{\"message\":\"first\"}\n{\"message\":\"second\"}\n",
            await File.ReadAllTextAsync(other.File("second", "artifacts", "models", "mine", "logs.jsonl")));
        Directory.Delete(other.File("first"), recursive: true);
        await SucceedsAsync("backup", "verify", other.File("second"));
    }

    [Fact]
    public async Task A_schedule_takes_backups_while_it_runs_and_keeps_so_many()
    {
        var settings = StandaloneStartTests.Data(data.Path);
        settings["BACKUP__FOLDER"] = other.File("kept");
        settings["BACKUP__EVERY_HOURS"] = "0.001";
        settings["BACKUP__KEEP"] = "1";
        await using (var standalone = await TrainyardProcess.StartReadyAsync("Standalone", settings))
        {
            using var client = new TrainyardClient(standalone.Address);
            await client.ReadyAsync(TimeSpan.FromSeconds(30));
            var first = await Wait.UntilAsync(() => Task.FromResult(Newest()), newest => newest is not null);
            await Wait.UntilAsync(() => Newest() is { } newest && newest != first && !Directory.Exists(first));
            await standalone.StopAsync();
            // The first one waits for the database, which did not exist.
            Assert.DoesNotContain("backup failed", standalone.Output, StringComparison.Ordinal);
        }
        Assert.Empty(Directory.GetDirectories(other.File("kept"), ".tmp-*"));
        await SucceedsAsync("backup", "verify", Assert.Single(Directory.GetDirectories(other.File("kept"))));

        string? Newest() => Directory.Exists(other.File("kept"))
            ? Directory.GetDirectories(other.File("kept"), "trainyard-*").Order(StringComparer.Ordinal).LastOrDefault()
            : null;
    }

    public void Dispose()
    {
        enough.Dispose();
        data.Dispose();
        other.Dispose();
    }

    private static Task<TrainyardProcess> StartAsync(string folder) =>
        TrainyardProcess.StartReadyAsync("Standalone", ShortLease.With(StandaloneStartTests.Data(folder)));

    /// <summary>A data folder with three values of a run and some files of another.</summary>
    private async Task FillAsync()
    {
        await using var standalone = await StartAsync(data.Path);
        using var client = new TrainyardClient(standalone.Address);
        for (var step = 0; step < 3; step++)
        {
            Assert.Equal(HttpStatusCode.Accepted, await PostStepAsync(client, 0, step));
        }
        var folder = Directory.CreateDirectory(data.File("artifacts", "models", "mine")).FullName;
        var weights = new byte[1 << 20];
        new Random(1).NextBytes(weights);
        await File.WriteAllBytesAsync(Path.Combine(folder, "model.safetensors"), weights);
        await File.WriteAllTextAsync(Path.Combine(folder, "logs.jsonl"), "{\"message\":\"first\"}\n");
        await File.WriteAllTextAsync(Path.Combine(folder, ".tmp-unfinished"), "half");
        await standalone.StopAsync();
    }

    private static async Task<string> SucceedsAsync(params string[] arguments)
    {
        await using var command = await TrainyardProcess.RunToEndAsync(
            "Standalone", new Dictionary<string, string>(StringComparer.Ordinal), arguments);
        Assert.True(command.ExitCode == 0, command.Output);
        return command.Output;
    }

    private static async Task FailsAsync(string reason, params string[] arguments)
    {
        await using var command = await TrainyardProcess.RunToEndAsync(
            "Standalone", new Dictionary<string, string>(StringComparer.Ordinal), arguments);
        Assert.Equal(1, command.ExitCode);
        Assert.StartsWith($"Trainyard can't {arguments[0]}: ", command.Output.Trim(), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', command.Output.Trim());
        Assert.Contains(reason, command.Output, StringComparison.Ordinal);
    }

    private static void AssertOnlyTheOwnerReads(params string[] folders)
    {
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        foreach (var path in folders.SelectMany(folder => Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories)))
        {
            Assert.True((File.GetUnixFileMode(path) & Others) is UnixFileMode.None, $"Others may use {path}.");
        }
    }

    private static void AssertSameFiles(string expected, string actual)
    {
        var names = Directory.GetFiles(expected, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(expected, file)).Order(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(names);
        Assert.Equal(names, Directory.GetFiles(actual, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(actual, file)).Order(StringComparer.Ordinal));
        Assert.All(names, name => Assert.Equal(
            File.ReadAllBytes(Path.Combine(expected, name)), File.ReadAllBytes(Path.Combine(actual, name))));
    }

    private async Task SendAsync(TrainyardClient client, int sender, int[] acknowledged)
    {
        while (!enough.IsCancellationRequested)
        {
            Assert.Equal(HttpStatusCode.Accepted, await PostStepAsync(client, sender, acknowledged[sender]));
            Interlocked.Increment(ref acknowledged[sender]);
        }
    }

    private static Task<HttpStatusCode> PostStepAsync(TrainyardClient client, int sender, int step) => client.PostEventsAsync(
        $$$"""
        {"event":"ml.run.metric","trial_id":"sender-{{{sender}}}","metadata":{"step":{{{step}}}},"measurements":{"value":{{{step}}}}}
        """,
        $"sender-{sender}:{step}");

    private static async Task<List<long>> StepsAsync(TrainyardClient client, string runId)
    {
        var history = await client.GetAsync($"/api/runs/{runId}/metrics?keys=value&max_points=100000");
        var points = history["series"]?[0]?["points"]?.AsArray().OfType<JsonNode>()
            ?? throw new InvalidOperationException(history.ToString());
        return [.. points.Select(point => point["step"]?.GetValue<long>() ?? -1)];
    }
}
