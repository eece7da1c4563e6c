using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Azure.Storage.Blobs;
using Trainyard.Harness;

[assembly: AssemblyFixture(typeof(S3Server))]
[assembly: AssemblyFixture(typeof(AzureBlobServer))]

namespace Trainyard.Artifacts.Tests;

public class StoreTests(S3Server s3, AzureBlobServer azure)
{
    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Theory, InlineData("local"), InlineData("s3"), InlineData("azure")]
    public async Task What_is_written_is_found_listed_read_and_deleted(string kind)
    {
        var store = await OpenAsync(kind);
        await WriteAsync(store, "models/r/model.safetensors", "0123456789");
        await WriteAsync(store, "models/r/eval/größe µ.json", "{}");
        await WriteAsync(store, "models/r2/other.txt", "other");

        var found = await store.FindAsync("models/r/model.safetensors", None);
        var listed = await store.ListAsync("models/r", None).OrderBy(file => file.Path, StringComparer.Ordinal).ToListAsync(None);

        Assert.Equal(10, found?.Size);
        Assert.Equal([("eval/größe µ.json", 2L), ("model.safetensors", 10L)], listed.Select(file => (file.Path, file.Size)));
        Assert.Equal("2345", await ReadAsync(store, "models/r/model.safetensors", 2, 4));
        Assert.Equal("0123456789", await ReadAsync(store, "models/r/model.safetensors", 0, 10));
        await store.DeleteAsync("models/r/model.safetensors", None);
        await store.DeleteAsync("models/r/model.safetensors", None);
        Assert.Null(await store.FindAsync("models/r/model.safetensors", None));
        Assert.Null(await store.OpenAsync("models/r/model.safetensors", 0, 10, None));
        Assert.Single(await store.ListAsync("models/r", None).ToListAsync(None));
    }

    [Theory, InlineData("s3"), InlineData("azure")]
    public async Task A_remote_store_tells_the_hash_and_replaces_what_was_there(string kind)
    {
        var store = await OpenAsync(kind);
        await WriteAsync(store, "models/r/config.json", "old and long");

        var hash = await WriteAsync(store, "models/r/config.json", "new");

        var found = await store.FindAsync("models/r/config.json", None);
        Assert.Equal((3L, hash), (found?.Size, found?.Sha256));
        Assert.Equal("new", await ReadAsync(store, "models/r/config.json", 0, 3));
    }

    [Theory, InlineData("s3"), InlineData("azure")]
    public async Task A_large_file_arrives_as_it_was(string kind)
    {
        var store = await OpenAsync(kind);
        var content = new byte[40 << 20];
        new Random(1).NextBytes(content);
        var hash = Convert.ToHexStringLower(SHA256.HashData(content));

        await store.WriteAsync("models/r/large.bin", new MemoryStream(content), hash, None);

        await using var read = await store.OpenAsync("models/r/large.bin", 0, content.Length, None) ?? Stream.Null;
        Assert.Equal(hash, Convert.ToHexStringLower(await SHA256.HashDataAsync(read, None)));
    }

    // s3rver answers the second page of a list with an internal error: of it, one full page is asked.
    [Theory, InlineData("local", 1100), InlineData("s3", 1000), InlineData("azure", 5100)]
    public async Task Many_files_are_all_listed(string kind, int count)
    {
        var store = await OpenAsync(kind);
        await Parallel.ForAsync(0, count, None, async (index, _) => await WriteAsync(store, $"models/many/{index}", "x"));

        Assert.Equal(
            count,
            (await store.ListAsync("models/many", None).Select(file => file.Path).ToListAsync(None))
                .Distinct(StringComparer.Ordinal).Count());
    }

    [Theory, InlineData("s3"), InlineData("azure")]
    public async Task A_bucket_that_is_not_there_is_an_error_and_no_empty_store(string kind)
    {
        using var remote = RemoteArtifacts.Create(Options(kind, "nowhere-to-be-found"));
        var store = Assert.IsAssignableFrom<IArtifactStore>(remote.Store);

        await Assert.ThrowsAsync<ArtifactStoreException>(async () => await store.ListAsync("models/r", None).ToListAsync(None));
        await Assert.ThrowsAsync<ArtifactStoreException>(() => WriteAsync(store, "models/r/x", "x"));
    }

    [Fact]
    public async Task A_local_file_with_another_hash_than_said_leaves_what_was_there()
    {
        var store = (LocalArtifacts)await OpenAsync("local");
        await WriteAsync(store, "models/r/x", "before");

        await Assert.ThrowsAsync<InvalidDataException>(
            () => store.WriteAsync("models/r/x", new MemoryStream("after"u8.ToArray()), new string('0', 64), None));

        Assert.Equal("before", await ReadAsync(store, "models/r/x", 0, 6));
        Assert.Single(store.List("models/r"));
    }

    [Theory]
    [InlineData("S3_BUCKET", "{\"Store\":\"S3\"}")]
    [InlineData("S3_ACCESS_KEY", "{\"S3AccessKey\":\"key\"}")]
    [InlineData("AZURE_CONTAINER", "{\"Store\":\"Azure\",\"AzureConnectionString\":\"x\"}")]
    [InlineData("AZURE_SERVICE_URI", "{\"Store\":\"Azure\",\"AzureContainer\":\"x\"}")]
    public void What_a_store_lacks_is_named(string setting, string json)
    {
        var options = System.Text.Json.JsonSerializer.Deserialize<ArtifactOptions>(json, EnumsByName) ?? new();
        var problems = new List<ValidationResult>();

        Assert.False(Validator.TryValidateObject(options, new(options), problems, validateAllProperties: true));

        Assert.Contains(problems, problem => problem.ErrorMessage?.Contains($"ARTIFACTS__{setting}", StringComparison.Ordinal) is true);
    }

    private static System.Text.Json.JsonSerializerOptions EnumsByName { get; } = new()
    {
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter() },
    };

    private async Task<IArtifactStore> OpenAsync(string kind)
    {
        if (kind == "local")
        {
            return new LocalArtifacts(Directory.CreateTempSubdirectory("trainyard-artifacts-").FullName);
        }
        if (kind == "azure")
        {
            await new BlobContainerClient(azure.ConnectionString, "trainyard").CreateIfNotExistsAsync(cancellationToken: None);
        }
        return Assert.IsAssignableFrom<IArtifactStore>(RemoteArtifacts.Create(Options(kind, "trainyard")).Store);
    }

    private ArtifactOptions Options(string kind, string bucket) => kind == "s3"
        ? new()
        {
            Store = ArtifactStoreKind.S3,
            S3Bucket = bucket,
            S3Endpoint = s3.Address.ToString(),
            S3AccessKey = S3Server.Key,
            S3SecretKey = S3Server.Key,
            Prefix = $"{Guid.NewGuid():N}/",
        }
        : new()
        {
            Store = ArtifactStoreKind.Azure,
            AzureContainer = bucket,
            AzureConnectionString = azure.ConnectionString,
            Prefix = $"{Guid.NewGuid():N}/",
        };

    private static async Task<string> WriteAsync(IArtifactStore store, string path, string content)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        await store.WriteAsync(path, new MemoryStream(bytes), hash, None);
        return hash;
    }

    private static async Task<string> ReadAsync(IArtifactStore store, string path, long offset, long length)
    {
        await using var stream = await store.OpenAsync(path, offset, length, None) ?? throw new FileNotFoundException(path);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(None);
    }
}
