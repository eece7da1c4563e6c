using System.Net;
using System.Net.Http.Headers;
using Trainyard.Servers;

namespace Trainyard.ExperimentStore.Tests.Artifacts;

public class ArtifactTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Fact]
    public async Task Files_are_listed_and_downloaded_whole_or_in_part()
    {
        await using var store = await StartAsync("sqlite");
        Write(store, "models/r/eval/metrics.json", """{"val_loss":1.5}""");
        Write(store, "models/r/eval/samples.jsonl", "{}");
        Write(store, "models/r/model.safetensors", "0123456789");
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1));

        var list = await store.GetAsync("/api/artifacts/models/r");
        Assert.Equal(["eval/metrics.json", "eval/samples.jsonl", "model.safetensors"], list.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("path").GetString()));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/artifacts/models/r/model.safetensors");
        request.Headers.Range = new RangeHeaderValue(2, 5);
        using var part = await store.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal("2345", await part.Content.ReadAsStringAsync());
        var evaluation = await store.GetAsync("/api/runs/r/eval");
        Assert.Equal(1.5, evaluation.GetProperty("metrics").GetProperty("val_loss").GetDouble());
        Assert.Contains("/api/artifacts/models/r/eval/samples.jsonl", evaluation.GetProperty("artifacts").EnumerateArray().Select(path => path.GetString()));
    }

    [Fact]
    public async Task Nothing_outside_the_folder_can_be_reached()
    {
        await using var store = await StartAsync("sqlite");
        Write(store, "models/r/config.json", "{}");
        Write(store, "models/other/secret.txt", "secret");
        Write(store, "../secret.txt", "secret");
        File.CreateSymbolicLink(Path.Combine(store.Artifacts, "models/r/link.txt"), Path.Combine(store.Artifacts, "models/other/secret.txt"));
        Directory.CreateSymbolicLink(Path.Combine(store.Artifacts, "models/r/folder"), "/etc");

        foreach (var path in (string[])[
            "models/r/link.txt", "models/r/folder/passwd", "models/r/..%2Fother%2Fsecret.txt", "models/r/%2e%2e%2f%2e%2e%2fsecret.txt", "models/r/%2Fetc%2Fpasswd",
            "models/r/x/..%2F..%2F..%2Fother%2Fsecret.txt", "models/..%2F..", "models/%2e%2e%2f/secret.txt", "other/r/config.json", "models/none/config.json", "models/r/none.json"])
        {
            var refused = await store.RefusedAsync(HttpMethod.Get, $"/api/artifacts/{path}");
            Assert.Contains(refused.Code, (string?[])["PATH_FORBIDDEN", "DATA_NOT_FOUND"]);
        }
        Assert.Equal(["config.json"], (await store.GetAsync("/api/artifacts/models/r")).GetProperty("files").EnumerateArray().Select(file => file.GetProperty("path").GetString()));
    }

    private static void Write(StoreHost store, string path, string text)
    {
        var file = Path.Combine(store.Artifacts, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file) ?? "");
        File.WriteAllText(file, text);
    }
}
