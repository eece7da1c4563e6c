using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Trainyard.Contracts.Training;
using Trainyard.ExperimentStore.Artifacts;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Tests.Training;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Artifacts;

public class RemoteCheckpointTests(PostgresServer postgres, RedisServer redis, S3Server s3) : TrainingTests(postgres, redis)
{
    [Fact]
    public async Task A_checkpoint_in_the_bucket_is_downloaded_to_start_from_and_deleted_there_too()
    {
        await using var store = await StartTrainingAsync(
            "sqlite", ("ARTIFACTS:STORE", "s3"), ("ARTIFACTS:S3_BUCKET", S3Server.Bucket), ("ARTIFACTS:S3_ENDPOINT", s3.Address.ToString()),
            ("ARTIFACTS:S3_ACCESS_KEY", S3Server.Key), ("ARTIFACTS:S3_SECRET_KEY", S3Server.Key),
            ("ARTIFACTS:PREFIX", $"{Guid.NewGuid():N}/"));
        var run = await TrainAsync(store);
        foreach (var path in (string[])["checkpoints/100/model.txt", "checkpoints/100/state/optimizer.txt", "checkpoints/1000/model.txt"])
        {
            // Written as the trainer's worker does, since HTTP can't write them.
            using var content = new MemoryStream(Encoding.UTF8.GetBytes($"content of {path}"));
            await store.Services.GetRequiredService<ArtifactFiles>()
                .WriteAsync(ArtifactFiles.Models, run, path, content, sha256: null, CancellationToken.None);
        }
        await ClaimAsync(store, run, 1);
        await store.TellAsync(1, Event.Checkpoint(run, "checkpoints/100", 100), Event.Checkpoint(run, "checkpoints/1000", 1000));
        var folder = Path.Combine(store.Artifacts, "models", run, "checkpoints");
        Directory.Delete(folder, recursive: true);
        var id = (await store.GetAsync($"/api/runs/{run}/checkpoints?order_by=step")).GetProperty("items")[0]
            .GetProperty("checkpoint_id").GetString();

        var loaded = (await store.SendAsync(HttpMethod.Post, $"/api/checkpoints/{id}/load")).GetProperty("run_id").GetString() ?? "";

        Assert.True((await ClaimAsync(store, loaded, 1)).Is<RunClaimed>(out var claimed));
        Assert.Equal($"models/{run}/checkpoints/100", claimed.Message.StartFromPath);
        Assert.Equal(
            "content of checkpoints/100/state/optimizer.txt", await File.ReadAllTextAsync(Path.Combine(folder, "100/state/optimizer.txt")));
        Assert.False(Directory.Exists(Path.Combine(folder, "1000")));

        await store.SendAsync(HttpMethod.Post, $"/api/runs/{loaded}/cancel");
        var state = await store.RefusedAsync(HttpMethod.Delete, $"/api/checkpoints/{id}");
        Assert.Equal("ILLEGAL_TRANSITION", state.Code);
        await store.TellAsync(1, Event.Stop(loaded, Contracts.Runs.RunStatus.Cancelled));
        var deleted = await store.SendAsync(HttpMethod.Delete, $"/api/checkpoints/{id}");

        Assert.Equal(2, deleted.GetProperty("files_deleted").GetInt32());
        Assert.False(Directory.Exists(Path.Combine(folder, "100")));
        var left = (await store.GetAsync($"/api/artifacts/models/{run}")).GetProperty("files").EnumerateArray()
            .Select(file => file.GetProperty("path").GetString());
        Assert.Equal(["checkpoints/1000/model.txt"], left);
    }
}
