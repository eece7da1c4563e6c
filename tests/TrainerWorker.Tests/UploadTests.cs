using System.Collections.Concurrent;
using System.Text.Json;
using StackExchange.Redis;
using Trainyard.Artifacts;
using Trainyard.Servers;

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
        await using var connection = await ConnectionMultiplexer.ConnectAsync(channels);
        await connection.GetSubscriber().SubscribeAsync(RedisChannel.Literal("trainer:events"), (_, message) => heard.Enqueue(JsonElement.Parse(message.ToString())));
        await using var worker = await WorkerHost.StartAsync(channels, ("ARTIFACTS:STORE", "s3"), ("ARTIFACTS:S3_BUCKET", S3Server.Bucket), ("ARTIFACTS:S3_ENDPOINT", s3.Address.ToString()),
            ("ARTIFACTS:S3_ACCESS_KEY", S3Server.Key), ("ARTIFACTS:S3_SECRET_KEY", S3Server.Key), ("ARTIFACTS:PREFIX", prefix), ("ARTIFACTS:PRUNE_LOCAL", "true"), ("ARTIFACTS:UPLOAD_EVERY_SECONDS", "1"));

        await worker.QueueAsync(WorkerHost.Config with { CheckpointEvery = 5, KeepCheckpoints = 10 }, "r");
        await worker.EndOfAsync("r");
        await WorkerHost.UntilAsync(() => heard.Any(one => Type(one) == "trainer.train.upload.v1" && one.GetProperty("status").GetString() == "completed"));
        await WorkerHost.UntilAsync(() => heard.Any(one => Type(one) == "trainer.train.prune.v1" && one.GetProperty("deleted_count").GetInt32() > 0));

        using var remote = RemoteArtifacts.Create(new()
        {
            Store = ArtifactStoreKind.S3,
            S3Bucket = S3Server.Bucket,
            S3Endpoint = s3.Address.ToString(),
            S3AccessKey = S3Server.Key,
            S3SecretKey = S3Server.Key,
            Prefix = prefix,
        });
        var there = await (remote.Store?.ListAsync("models/r", TestContext.Current.CancellationToken) ?? AsyncEnumerable.Empty<StoredArtifact>()).Select(file => file.Path).ToListAsync();
        Assert.Contains("model.safetensors", there);
        Assert.Contains("manifest.json", there);
        Assert.True(there.Select(path => path.Split('/')).Where(parts => parts[0] == "checkpoints").Select(parts => parts[1]).Distinct().Count() > 1);
        Assert.Single(Directory.GetDirectories(worker.RunFolder("r").Checkpoints));
    }

    private static string? Type(JsonElement one) => one.GetProperty("type").GetString();
}
