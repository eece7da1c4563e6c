using System.Net;
using Trainyard.ExperimentStore.Tests.Training;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Artifacts;

public class TrainerFilesTests(PostgresServer postgres, RedisServer redis) : TrainingTests(postgres, redis)
{
    [Fact]
    public async Task Files_of_the_trainer_are_read_only_over_HTTP()
    {
        await using var store = await StartTrainingAsync("sqlite");
        await store.StoreAsync(Event.Metric("external", 1, "loss", 1));
        var own = await TrainAsync(store);
        foreach (var address in (string[])[
            "external/manifest.json", $"{own}/manifest.json", $"{own}/MANIFEST.JSON", $"{own}/model.safetensors",
            $"{own}/checkpoints/10/model.safetensors",
            $"{own}/checkpoints", $"{own}/config.json", $"{own}/generation_config.json", $"{own}/tokenizer.json",
            $"{own}/tokenizer_config.json", $"{own}/special_tokens_map.json", $"{own}/logs.jsonl", $"{own}/eval/metrics.json"])
        {
            foreach (var method in (HttpMethod[])[HttpMethod.Put, HttpMethod.Delete])
            {
                Assert.Equal((address, "PATH_FORBIDDEN"),
                    (address, (await store.RefusedAsync(method, $"/api/artifacts/models/{address}", "{}")).Code));
            }
        }
        Assert.False(Directory.Exists(Path.Combine(store.Artifacts, "models")));

        // Only the trainer writes to the folder of its run, whatever the file's name.
        Assert.Equal(
            "ILLEGAL_TRANSITION", (await store.RefusedAsync(HttpMethod.Put, $"/api/artifacts/models/{own}/notes/readme.md", "{}")).Code);
        foreach (var address in (string[])["external/notes/manifest.json", "external/checkpoints/10/model.safetensors"])
        {
            using var content = new StringContent("fine");
            using var taken = await store.Http.PutAsync(new Uri($"/api/artifacts/models/{address}", UriKind.Relative), content);
            Assert.Equal((address, HttpStatusCode.Created), (address, taken.StatusCode));
        }
    }
}
