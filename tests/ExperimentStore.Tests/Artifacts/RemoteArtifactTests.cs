using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Trainyard.ExperimentStore.Runs;
using Trainyard.Harness;

[assembly: AssemblyFixture(typeof(S3Server))]

namespace Trainyard.ExperimentStore.Tests.Artifacts;

public class RemoteArtifactTests(PostgresServer postgres, RedisServer redis, S3Server s3) : StoreTests(postgres, redis)
{
    [Fact]
    public async Task An_uploaded_file_is_served_from_the_bucket_after_its_local_copy_is_deleted()
    {
        await using var store = await StartWithBucketAsync();
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1));
        using var uploaded = await PutAsync(store, "models/r/model.safetensors", "0123456789");
        Assert.Equal(HttpStatusCode.Created, uploaded.StatusCode);
        Assert.Equal([(true, true)], await WhereAsync(store));

        File.Delete(Path.Combine(store.Artifacts, "models/r/model.safetensors"));

        Assert.Equal([(false, true)], await WhereAsync(store));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/artifacts/models/r/model.safetensors");
        request.Headers.Range = new RangeHeaderValue(2, 5);
        using var part = await store.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal("2345", await part.Content.ReadAsStringAsync());
        Assert.Equal("0123456789", await store.Http.GetStringAsync(new Uri("/api/artifacts/models/r/model.safetensors", UriKind.Relative)));
        var zip = await store.Http.GetByteArrayAsync(new Uri("/api/artifacts/models/r?archive=zip", UriKind.Relative));
        Assert.Equal("PK"u8, zip.AsSpan(0, 2));

        using var deleted = await store.Http.DeleteAsync(new Uri("/api/artifacts/models/r/model.safetensors", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal("DATA_NOT_FOUND", (await store.RefusedAsync(HttpMethod.Get, "/api/artifacts/models/r/model.safetensors")).Code);
    }

    [Fact]
    public async Task An_upload_with_a_wrong_hash_or_a_path_outside_is_refused()
    {
        await using var store = await StartAsync("sqlite");
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1));
        using var good = await PutAsync(store, "models/r/notes/readme.md", "hello", Hash("hello"));
        Assert.Equal(HttpStatusCode.Created, good.StatusCode);

        using var wrong = await PutAsync(store, "models/r/notes/readme.md", "other", Hash("hello"));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Equal("hello", await File.ReadAllTextAsync(Path.Combine(store.Artifacts, "models/r/notes/readme.md")));
        foreach (var path in (string[])[
            "models/none/x", "models/r/", "models/r/notes", "models/r/x.tmp", "models/r/.tmp-1/x", "models/r/a%00b",
            "models/r/..%2F..%2Fother%2Fx"])
        {
            using var refused = await PutAsync(store, path, "x");
            Assert.True((int)refused.StatusCode is >= 400 and <= 405, $"{path}: {refused.StatusCode}");
        }
        Assert.Equal(["models/r/notes/readme.md"],
            Directory.GetFiles(store.Artifacts, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(store.Artifacts, file)));
    }

    [Fact]
    public async Task An_unreachable_bucket_is_unavailable_while_local_files_are_served()
    {
        await using var store = await StartAsync(
            "sqlite", settings: [("ARTIFACTS:STORE", "s3"), ("ARTIFACTS:S3_BUCKET", "b"), ("ARTIFACTS:S3_ENDPOINT", "http://127.0.0.1:1"),
            ("ARTIFACTS:S3_ACCESS_KEY", "k"), ("ARTIFACTS:S3_SECRET_KEY", "s")]);
        var file = Path.Combine(store.Artifacts, "models/r/config.json");
        Directory.CreateDirectory(Path.GetDirectoryName(file) ?? "");
        await File.WriteAllTextAsync(file, "{}");

        Assert.Equal("{}", await store.Http.GetStringAsync(new Uri("/api/artifacts/models/r/config.json", UriKind.Relative)));
        Assert.Equal("BACKEND_UNAVAILABLE", (await store.RefusedAsync(HttpMethod.Get, "/api/artifacts/models/r/none.json")).Code);
    }

    private Task<StoreHost> StartWithBucketAsync() =>
        StartAsync("sqlite", settings: [("ARTIFACTS:STORE", "s3"), ("ARTIFACTS:S3_BUCKET", S3Server.Bucket),
        ("ARTIFACTS:S3_ENDPOINT", s3.Address.ToString()), ("ARTIFACTS:S3_ACCESS_KEY", S3Server.Key),
        ("ARTIFACTS:S3_SECRET_KEY", S3Server.Key), ("ARTIFACTS:PREFIX", $"{Guid.NewGuid():N}/")]);

    private static async Task<HttpResponseMessage> PutAsync(StoreHost store, string path, string content, string? hash = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/artifacts/{path}") { Content = new StringContent(content) };
        if (hash is not null)
        {
            request.Headers.Add("X-Content-SHA256", hash);
        }
        return await store.Http.SendAsync(request);
    }

    private static async Task<List<(bool Local, bool Uploaded)>> WhereAsync(StoreHost store) =>
        [.. (await store.GetAsync("/api/artifacts/models/r")).GetProperty("files").EnumerateArray()
            .Select(file => (file.GetProperty("local").GetBoolean(), file.GetProperty("uploaded").GetBoolean()))];

    private static string Hash(string content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
}
