using System.Formats.Tar;
using System.IO.Compression;
using Trainyard.Artifacts;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Artifacts;

public class ArchiveTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Theory]
    [InlineData("?archive=zip", "", "application/zip")]
    [InlineData("", "application/zip", "application/zip")]
    [InlineData("?archive=tar", "", "application/x-tar")]
    [InlineData("", "application/x-tar", "application/x-tar")]
    public async Task An_archive_holds_exactly_the_files(string query, string accept, string type)
    {
        await using var store = await StartAsync("sqlite");
        var weights = new byte[3_000_000];
        new Random(1).NextBytes(weights);
        var written = new Dictionary<string, byte[]>
        {
            ["r/config.json"] = "{}"u8.ToArray(),
            ["r/empty.txt"] = [],
            ["r/eval/größe.json"] = "[1]"u8.ToArray(),
            ["r/model.safetensors"] = weights,
        };
        foreach (var (path, content) in written)
        {
            store.WriteArtifact($"models/{path}", content);
        }
        store.WriteArtifact("models/other/secret.txt", "secret");
        File.CreateSymbolicLink(
            Path.Combine(store.Artifacts, "models/r/link.txt"), Path.Combine(store.Artifacts, "models/other/secret.txt"));

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/artifacts/models/r{query}");
        request.Headers.TryAddWithoutValidation("Accept", accept.Length > 0 ? accept : null);
        using var response = await store.Http.SendAsync(request);
        Assert.Equal((type, "attachment"),
            (response.Content.Headers.ContentType?.MediaType, response.Content.Headers.ContentDisposition?.DispositionType));
        var body = await response.Content.ReadAsByteArrayAsync();
        var read = type == "application/zip" ? FromZip(body) : FromTar(body);

        Assert.Equal(written.Keys.Order(StringComparer.Ordinal), read.Keys.Order(StringComparer.Ordinal));
        Assert.All(written, file => Assert.Equal(file.Value, read[file.Key]));
    }

    [Fact]
    public async Task An_archive_is_streamed()
    {
        await using var store = await StartAsync("sqlite");
        store.WriteArtifact("models/r/model.safetensors", "");
        using (var file = File.OpenWrite(Path.Combine(store.Artifacts, "models/r/model.safetensors")))
        {
            // Sparse: it takes no disk space, but would fill any buffer it passes through.
            file.SetLength(200L << 30);
        }
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));

        await using var tar = await store.Http.GetStreamAsync(
            new Uri("/api/artifacts/models/r?archive=tar", UriKind.Relative), timeout.Token);
        await tar.ReadExactlyAsync(new byte[10_000_000], timeout.Token);
    }

    [Fact]
    public async Task A_growing_file_is_archived_with_its_listed_size()
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, "0123456789");
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            await using var snapshot = new PartOfStream(file, 0, file.Length);
            await File.AppendAllTextAsync(path, "more");

            Assert.Equal("0123456789", await new StreamReader(snapshot).ReadToEndAsync());
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Dictionary<string, byte[]> FromZip(byte[] archive)
    {
        using var zip = new ZipArchive(new MemoryStream(archive));
        return zip.Entries.ToDictionary(entry => entry.FullName, entry => Bytes(entry.Open()));
    }

    private static Dictionary<string, byte[]> FromTar(byte[] archive)
    {
        using var tar = new TarReader(new MemoryStream(archive));
        var files = new Dictionary<string, byte[]>();
        while (tar.GetNextEntry() is { } entry)
        {
            files.Add(entry.Name, entry.DataStream is { } content ? Bytes(content) : []);
        }
        return files;
    }

    private static byte[] Bytes(Stream stream)
    {
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
