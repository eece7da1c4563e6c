using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;
using Trainyard.Artifacts;
using Trainyard.Contracts.TrainEvents;
using Trainyard.Harness;
using Trainyard.TrainerWorker.Uploads;

[assembly: AssemblyFixture(typeof(S3Server))]

namespace Trainyard.TrainerWorker.Tests;

public class UploadTests(RedisServer redis, S3Server s3)
{
    [Fact]
    public async Task A_run_that_ended_is_uploaded_and_its_old_checkpoints_are_deleted_here()
    {
        var prefix = $"{Guid.NewGuid():N}/";
        var heard = new ConcurrentQueue<JsonElement>();
        var channels = redis.ConnectionString + $",channelPrefix={Guid.NewGuid():N}";
        await using var connection = await ListenAsync(channels, heard);
        await using var worker = await StartAsync(channels, prefix);

        await worker.QueueAsync(WorkerHost.Config with { CheckpointEvery = 5, KeepCheckpoints = 10 }, "r");
        await worker.EndOfAsync("r");
        await Wait.UntilAsync(() => heard.Any(
            message => Type(message) == "trainer.train.upload.v1" && message.GetProperty("status").GetInt32() == 200));
        await Wait.UntilAsync(
            () => heard.Any(message => Type(message) == "trainer.train.prune.v1" && message.GetProperty("deleted_count").GetInt32() > 0));

        using var remote = Bucket(prefix);
        var there = await (remote.Store?.ListAsync("models/r", TestContext.Current.CancellationToken)
            ?? AsyncEnumerable.Empty<StoredArtifact>())
            .Select(file => file.Path).ToListAsync();
        Assert.Contains("model.safetensors", there);
        Assert.Contains("manifest.json", there);
        Assert.True(
            there.Select(path => path.Split('/')).Where(parts => parts[0] == "checkpoints").Select(parts => parts[1])
                .Distinct().Count() > 1);
        Assert.Single(Directory.GetDirectories(worker.RunFolder("r").Checkpoints));
    }

    [Fact]
    public async Task What_the_bucket_answers_to_a_failed_upload_is_told()
    {
        var channels = redis.ConnectionString + $",channelPrefix={Guid.NewGuid():N}";
        await using var listener = await EventListener.OnAsync(channels, "trainer:events");
        await using var worker = await WorkerHost.StartAsync(channels,
            ("ARTIFACTS:STORE", "s3"), ("ARTIFACTS:S3_BUCKET", "no-such-bucket"), ("ARTIFACTS:S3_ENDPOINT", s3.Address.ToString()),
            ("ARTIFACTS:S3_ACCESS_KEY", S3Server.Key), ("ARTIFACTS:S3_SECRET_KEY", S3Server.Key),
            ("ARTIFACTS:UPLOAD_EVERY_SECONDS", "1"));

        await worker.QueueAsync(WorkerHost.Config, "r");

        Assert.Equal((404, null, null), await listener.UntilAsync<TrainUpload>() is var failed
            ? (failed.Status, failed.ModelBytes, failed.ManifestBytes) : default);
    }

    [Fact]
    public async Task A_manifest_that_names_another_folder_or_is_wrong_delays_its_own_run_only()
    {
        var prefix = $"{Guid.NewGuid():N}/";
        var heard = new ConcurrentQueue<JsonElement>();
        var channels = redis.ConnectionString + $",channelPrefix={Guid.NewGuid():N}";
        await using var connection = await ListenAsync(channels, heard);
        await using var worker = await StartAsync(channels, prefix);
        await File.WriteAllTextAsync(
            Path.Combine(Directory.CreateDirectory(Path.Combine(worker.Folder, "secret")).FullName, "key.txt"), "secret");
        await TrainAndUploadAsync("first");
        Plant("leads-out", manifest => manifest["run_id"] = "../../../secret");
        Plant("another", manifest => manifest["run_id"] = "first");
        Plant("no-config", manifest => manifest["config"] = null);
        Plant("odd-config", manifest => manifest["config"] = new JsonObject { ["nobody"] = "knows" });

        // The second starts when the round of the first is over, so the planted ones have had their turn.
        await TrainAndUploadAsync("second");
        await TrainAndUploadAsync("third");

        using var remote = Bucket(prefix);
        var there = await (remote.Store?.ListAsync("models", TestContext.Current.CancellationToken)
            ?? AsyncEnumerable.Empty<StoredArtifact>())
            .Select(file => file.Path.Split('/')[0]).Distinct().ToListAsync();
        Assert.Equal(["first", "second", "third"], there.Order(StringComparer.Ordinal));
        var marked = Directory.GetFiles(Path.Combine(worker.Folder, "data", "uploaded")).Select(Path.GetFileName);
        Assert.Equal(["first", "second", "third"], marked.Order(StringComparer.Ordinal));
        Assert.Equal(["key.txt"], Directory.GetFiles(Path.Combine(worker.Folder, "secret")).Select(Path.GetFileName));

        async Task TrainAndUploadAsync(string runId)
        {
            await worker.QueueAsync(WorkerHost.Config, runId);
            await worker.EndOfAsync(runId);
            await Wait.UntilAsync(() => heard.Any(message =>
                Type(message) == "trainer.train.upload.v1" && message.GetProperty(
                    "run_id").GetString() == runId && message.GetProperty("status").GetInt32() == 200));
        }

        void Plant(string runId, Action<JsonObject> change)
        {
            var manifest = JsonNode.Parse(File.ReadAllText(worker.RunFolder("first").Manifest))?.AsObject() ?? [];
            manifest["run_id"] = runId;
            change(manifest);
            Directory.CreateDirectory(worker.RunFolder(runId).Path);
            File.WriteAllText(worker.RunFolder(runId).Manifest, manifest.ToJsonString());
        }
    }

    [Fact]
    public async Task A_clock_that_is_set_back_does_not_delay_the_next_try()
    {
        await using var worker = await WorkerHost.StartAsync(redis.ConnectionString);
        await worker.QueueAsync(WorkerHost.Config, "r");
        await worker.EndOfAsync("r");
        var path = worker.RunFolder("r").Manifest;
        var manifest = JsonNode.Parse(File.ReadAllText(path))?.AsObject() ?? [];
        manifest["run_id"] = "another";
        File.WriteAllText(path, manifest.ToJsonString());
        var (clock, log) = (new SettableClock(), new FakeLogger<ArtifactUploads>());
        using var bucket = Bucket("");
        using var uploads = ActivatorUtilities.CreateInstance<ArtifactUploads>(worker.Services, bucket, (TimeProvider)clock, log);

        await uploads.StartAsync(TestContext.Current.CancellationToken);
        await Wait.UntilAsync(() => log.Collector.Count == 1);
        clock.Ahead = TimeSpan.FromDays(-1);
        await Wait.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            return log.Collector.Count > 1;
        });
        await uploads.StopAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A fake clock whose time of day can be set. Its timers and its monotonic clock don't notice.</summary>
    private sealed class SettableClock : FakeTimeProvider
    {
        private long ahead;

        public TimeSpan Ahead
        {
            set => Interlocked.Exchange(ref ahead, value.Ticks);
        }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref ahead));

        public override long GetTimestamp() => base.GetUtcNow().Ticks;
    }

    private static async Task<ConnectionMultiplexer> ListenAsync(string channels, ConcurrentQueue<JsonElement> heard)
    {
        var connection = await ConnectionMultiplexer.ConnectAsync(channels);
        await connection.GetSubscriber().SubscribeAsync(
            RedisChannel.Literal("trainer:events"), (_, message) => heard.Enqueue(JsonElement.Parse(message.ToString())));
        return connection;
    }

    private Task<WorkerHost> StartAsync(string channels, string prefix) => WorkerHost.StartAsync(channels,
        ("ARTIFACTS:STORE", "s3"), ("ARTIFACTS:S3_BUCKET", S3Server.Bucket), ("ARTIFACTS:S3_ENDPOINT", s3.Address.ToString()),
        ("ARTIFACTS:S3_ACCESS_KEY", S3Server.Key), ("ARTIFACTS:S3_SECRET_KEY", S3Server.Key), ("ARTIFACTS:PREFIX", prefix),
        ("ARTIFACTS:PRUNE_LOCAL", "true"), ("ARTIFACTS:UPLOAD_EVERY_SECONDS", "1"));

    private RemoteArtifacts Bucket(string prefix) => RemoteArtifacts.Create(new()
    {
        Store = ArtifactStoreKind.S3,
        S3Bucket = S3Server.Bucket,
        S3Endpoint = s3.Address.ToString(),
        S3AccessKey = S3Server.Key,
        S3SecretKey = S3Server.Key,
        Prefix = prefix,
    });

    private static string? Type(JsonElement message) => message.GetProperty("type").GetString();
}
