using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Trainyard.Artifacts;
using Trainyard.ExperimentStore.Runs;
using Trainyard.Harness;

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
        Assert.Equal(["eval/metrics.json", "eval/samples.jsonl", "model.safetensors"],
            list.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("path").GetString()));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/artifacts/models/r/model.safetensors");
        request.Headers.Range = new RangeHeaderValue(2, 5);
        using var part = await store.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal("2345", await part.Content.ReadAsStringAsync());
        var evaluation = await store.GetAsync("/api/runs/r/eval");
        Assert.Equal(1.5, evaluation.GetProperty("metrics").GetProperty("val_loss").GetDouble());
        Assert.Contains("/api/artifacts/models/r/eval/samples.jsonl",
            evaluation.GetProperty("artifacts").EnumerateArray().Select(path => path.GetString()));
    }

    [Fact]
    public async Task A_file_that_is_replaced_all_the_time_is_downloaded_whole()
    {
        await using var store = await StartAsync("sqlite");
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1));
        var (file, next) = (Path.Combine(store.Artifacts, "models/r/state.json"), Path.Combine(store.Artifacts, "models/r/.tmp-state"));
        Write(store, "models/r/state.json", "first");
        using var enough = new CancellationTokenSource();
        var replacing = Task.Run(() =>
        {
            for (var version = 0; !enough.IsCancellationRequested; version++)
            {
                File.WriteAllText(next, new string((char)('a' + (version % 26)), 1 + (version % 5000)));
                File.Move(next, file, overwrite: true);
            }
        });

        try
        {
            for (var tries = 0; tries < 500; tries++)
            {
                var content = await store.Http.GetStringAsync(new Uri("/api/artifacts/models/r/state.json", UriKind.Relative));
                Assert.True(content == "first" || content.Distinct().Count() == 1, content);
            }
        }
        finally
        {
            await enough.CancelAsync();
            await replacing;
        }
    }

    [Fact]
    public async Task An_encoded_slash_is_decoded_and_nested_folders_are_listed()
    {
        await using var store = await StartAsync("sqlite");
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1));
        var deep = string.Join('/', Enumerable.Repeat("d", 40)) + "/file.txt";

        foreach (var path in (string[])["plots%2Floss.png", "plots%2facc.png", deep])
        {
            using var content = new ByteArrayContent([1, 2, 3]);
            using var stored = await store.Http.PutAsync(new Uri($"/api/artifacts/models/r/{path}", UriKind.Relative), content);
            Assert.Equal(HttpStatusCode.Created, stored.StatusCode);
        }

        var listed = (await store.GetAsync("/api/artifacts/models/r")).GetProperty("files").EnumerateArray()
            .Select(file => file.GetProperty("path").GetString());
        Assert.Equal([deep, "plots/acc.png", "plots/loss.png"], listed.Order(StringComparer.Ordinal));
        Assert.Equal(3, (await store.Http.GetByteArrayAsync(new Uri("/api/artifacts/models/r/plots%2Floss.png", UriKind.Relative))).Length);
        using var deleted = await store.Http.DeleteAsync(new Uri("/api/artifacts/models/r/plots%2Floss.png", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
    }

    [Theory]
    [InlineData("models/r/plots/loss.png/part.png", "path: leads through 'plots/loss.png', which is a file, not a folder")]
    [InlineData("models/r/plots", "path: names a folder that holds files. Choose another name")]
    public async Task A_file_and_a_folder_can_not_have_the_same_name(string path, string message)
    {
        await using var store = await StartAsync("sqlite");
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1));
        Write(store, "models/r/plots/loss.png", "first");

        using var content = new ByteArrayContent([1, 2, 3]);
        using var refused = await store.Http.PutAsync(new Uri($"/api/artifacts/{path}", UriKind.Relative), content);

        var problem = JsonElement.Parse(await refused.Content.ReadAsStringAsync());
        Assert.Equal((HttpStatusCode.BadRequest, message), (refused.StatusCode, problem.GetProperty("message").GetString()));
        Assert.Equal("first", await store.Http.GetStringAsync(new Uri("/api/artifacts/models/r/plots/loss.png", UriKind.Relative)));
    }

    [Theory]
    [InlineData("/api/runs")]
    [InlineData("/api/runs/r")]
    [InlineData("/api/runs/r/metrics")]
    [InlineData("/api/experiments")]
    [InlineData("/api/artifacts/models/r")]
    [InlineData("/api/artifacts/models/r/config.json")]
    public async Task Head_is_answered_wherever_get_is(string path)
    {
        await using var store = await StartAsync("sqlite");
        Write(store, "models/r/config.json", "{}");
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1));

        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        using var response = await store.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Nothing_outside_the_folder_can_be_reached()
    {
        await using var store = await StartAsync("sqlite");
        Write(store, "models/r/config.json", "{}");
        Write(store, "models/other/secret.txt", "secret");
        Write(store, "../secret.txt", "secret");
        File.CreateSymbolicLink(
            Path.Combine(store.Artifacts, "models/r/link.txt"), Path.Combine(store.Artifacts, "models/other/secret.txt"));
        Directory.CreateSymbolicLink(Path.Combine(store.Artifacts, "models/r/folder"), "/etc");

        foreach (var path in (string[])[
            "models/r/link.txt", "models/r/folder/passwd", "models/r/..%2Fother%2Fsecret.txt", "models/r/%2e%2e%2f%2e%2e%2fsecret.txt",
            "models/r/%2Fetc%2Fpasswd",
            "models/r/x/..%2F..%2F..%2Fother%2Fsecret.txt", "models/..%2F..", "models/%2e%2e%2f/secret.txt", "other/r/config.json",
            "models/none/config.json", "models/r/none.json"])
        {
            var refused = await store.RefusedAsync(HttpMethod.Get, $"/api/artifacts/{path}");
            Assert.Contains(refused.Code, (string?[])["PATH_FORBIDDEN", "DATA_NOT_FOUND"]);
        }
        Assert.Equal(
            ["config.json"], (await store.GetAsync("/api/artifacts/models/r")).GetProperty("files").EnumerateArray()
            .Select(file => file.GetProperty("path").GetString()));
    }

    [Fact]
    public async Task A_download_has_cache_and_disposition_headers()
    {
        await using var store = await StartAsync("sqlite");
        Write(store, "tokenizers/t/tokenizer.json", "{}");
        var address = new Uri("/api/artifacts/tokenizers/t/tokenizer.json", UriKind.Relative);

        using var whole = await store.Http.GetAsync(address);
        Assert.Equal(("application/octet-stream", "attachment", "tokenizer.json"),
            (whole.Content.Headers.ContentType?.MediaType, whole.Content.Headers.ContentDisposition?.DispositionType,
                whole.Content.Headers.ContentDisposition?.FileName));
        Assert.NotNull(whole.Content.Headers.LastModified);
        Assert.Equal(["nosniff"], whole.Headers.GetValues("X-Content-Type-Options"));
        Assert.Equal(["sandbox"], whole.Headers.GetValues("Content-Security-Policy"));

        Assert.NotNull(whole.Headers.ETag);
        using var again = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { IfNoneMatch = { whole.Headers.ETag } } };
        using var unchanged = await store.Http.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        using var head = await store.Http.SendAsync(new(HttpMethod.Head, address));
        Assert.Equal((HttpStatusCode.OK, 2L), (head.StatusCode, head.Content.Headers.ContentLength));
    }

    [Fact]
    public async Task A_browser_does_not_run_an_uploaded_script()
    {
        await using var store = await StartAsync("sqlite");
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1));
        foreach (var name in (string[])["page.html", "script.js", "drawing.svg", "style.css"])
        {
            using var content = new StringContent("x");
            using var put = await store.Http.PutAsync(new Uri($"/api/artifacts/models/r/{name}", UriKind.Relative), content);
            Assert.Equal(HttpStatusCode.Created, put.StatusCode);
            using var got = await store.Http.GetAsync(new Uri($"/api/artifacts/models/r/{name}", UriKind.Relative));
            Assert.Equal("application/octet-stream", got.Content.Headers.ContentType?.MediaType);
            Assert.Equal(["nosniff"], got.Headers.GetValues("X-Content-Type-Options"));
            Assert.Equal(["sandbox"], got.Headers.GetValues("Content-Security-Policy"));
        }
    }

    [Fact]
    public async Task The_address_of_the_list_answers_HEAD_and_a_trailing_slash()
    {
        await using var store = await StartAsync("sqlite");
        Write(store, "models/r/config.json", "{}");
        foreach (var (path, status) in ((string, HttpStatusCode)[])[
            ("models/r", HttpStatusCode.OK), ("models/r/", HttpStatusCode.OK), ("models/r?archive=zip", HttpStatusCode.OK),
            ("models/r/?archive=tar", HttpStatusCode.OK),
            ("models/none", HttpStatusCode.NotFound), ("models/r/config.json/", HttpStatusCode.OK),
            ("models/r/.%2F", HttpStatusCode.NotFound)])
        {
            using var head = await store.Http.SendAsync(new(HttpMethod.Head, $"/api/artifacts/{path}"));
            Assert.Equal((path, status), (path, head.StatusCode));
            using var got = await store.Http.GetAsync(new Uri($"/api/artifacts/{path}", UriKind.Relative));
            Assert.Equal((path, status), (path, got.StatusCode));
        }
        foreach (var method in (HttpMethod[])[HttpMethod.Put, HttpMethod.Delete])
        {
            using var request = new HttpRequestMessage(method, "/api/artifacts/models/r/");
            using var refused = await store.Http.SendAsync(request);
            Assert.True((int)refused.StatusCode is >= 400 and < 500, $"{method}: {refused.StatusCode}");
        }
    }

    [Theory]
    [InlineData("..%5Cother%5Cx")]
    [InlineData("a%5Cb.txt")]
    [InlineData("line%0Abreak.txt")]
    [InlineData("config.json.")]
    [InlineData("config.json%20")]
    [InlineData("plots./loss.png")]
    [InlineData("plots%20%2Floss.png")]
    [InlineData("...")]
    [InlineData("a%C2%85b.txt")]
    [InlineData("txt.%E2%80%AEexe")]
    [InlineData("txt.%E2%81%A7exe")]
    public async Task A_name_that_is_a_path_on_another_system_is_neither_stored_nor_exported(string name)
    {
        await using var store = await StartAsync("sqlite");
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1));
        Write(store, "models/r/config.json", "{}");
        // As stored by an earlier version or another program.
        Write(store, $"models/r/{Uri.UnescapeDataString(name)}", "x");

        Assert.Equal("PATH_FORBIDDEN", (await store.RefusedAsync(HttpMethod.Put, $"/api/artifacts/models/r/{name}", "x")).Code);
        Assert.Equal("PATH_FORBIDDEN", (await store.RefusedAsync(HttpMethod.Get, $"/api/artifacts/models/r/{name}")).Code);
        Assert.Equal(["config.json"], Paths(await store.GetAsync("/api/artifacts/models/r")));
        using var zip = new ZipArchive(await store.Http.GetStreamAsync(new Uri("/api/artifacts/models/r?archive=zip", UriKind.Relative)));
        Assert.Equal(["r/config.json"], zip.Entries.Select(entry => entry.FullName));
    }

    [Fact]
    public async Task Unfinished_files_are_neither_listed_nor_served()
    {
        await using var store = await StartAsync("sqlite");
        Write(store, "models/r/config.json", "{}");
        Write(store, "models/r/checkpoints/.tmp-20-abc/weights.safetensors", "half");
        Write(store, "models/r/.tmp-model.safetensors-abc", "half");
        Write(store, "models/r/tokenizer.json.abc.tmp", "half");

        Assert.Equal(["config.json"], Paths(await store.GetAsync("/api/artifacts/models/r")));
        foreach (var path in (string[])[
            "checkpoints/.tmp-20-abc/weights.safetensors", ".tmp-model.safetensors-abc", "tokenizer.json.abc.tmp"])
        {
            Assert.Equal((HttpStatusCode.NotFound, "DATA_NOT_FOUND"),
                await store.RefusedAsync(HttpMethod.Get, $"/api/artifacts/models/r/{path}") is var refused
                    ? (refused.Status, refused.Code)
                    : default);
        }
        using var zip = new ZipArchive(await store.Http.GetStreamAsync(new Uri("/api/artifacts/models/r?archive=zip", UriKind.Relative)));
        Assert.Equal(["r/config.json"], zip.Entries.Select(entry => entry.FullName));
    }

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
            Write(store, $"models/{path}", content);
        }
        Write(store, "models/other/secret.txt", "secret");
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
        Write(store, "models/r/model.safetensors", "");
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

    [Theory]
    [InlineData("models/r?archive=rar", "CONFIG_INVALID")]
    [InlineData("models/none?archive=zip", "DATA_NOT_FOUND")]
    [InlineData("models/none", "DATA_NOT_FOUND")]
    [InlineData("secrets/r", "DATA_NOT_FOUND")]
    [InlineData("models/r/eval", "DATA_NOT_FOUND")]
    public async Task A_missing_artifact_is_refused_with_its_code(string path, string code)
    {
        await using var store = await StartAsync("sqlite");
        Write(store, "models/r/eval/metrics.json", "{}");

        Assert.Equal(code, (await store.RefusedAsync(HttpMethod.Get, $"/api/artifacts/{path}")).Code);
    }

    [Theory]
    [InlineData("models/r/../other/secret.txt")]
    [InlineData("models/r/%2e%2e/other/secret.txt")]
    [InlineData("models/r/..%2fother%2fsecret.txt")]
    [InlineData("models/r/..%5cother%5csecret.txt")]
    [InlineData("models/r//etc/passwd")]
    [InlineData("models/r/%2fetc%2fpasswd")]
    [InlineData("models/r/config.json%00.txt")]
    [InlineData("models/../../secret.txt")]
    [InlineData("models/..%2f..%2fsecret.txt/x")]
    [InlineData("models/%2e%2e/secret.txt")]
    public async Task A_raw_path_can_not_leave_the_folder(string path)
    {
        await using var store = await StartAsync("sqlite");
        Write(store, "models/r/config.json", "{}");
        Write(store, "models/other/secret.txt", "secret");
        Write(store, "secret.txt", "secret");
        Write(store, "../secret.txt", "secret");
        using var client = new TcpClient();
        await client.ConnectAsync(store.Address.Host, store.Address.Port);

        await client.GetStream().WriteAsync(
            Encoding.ASCII.GetBytes($"GET /api/artifacts/{path} HTTP/1.1\r\nHost: {store.Address.Authority}\r\nConnection: close\r\n\r\n"));
        var answer = await new StreamReader(client.GetStream()).ReadToEndAsync();

        // The server resolves "/models/r/../other" to the other model's address, as clients do before sending.
        var itsOwnAddress = path is "models/r/../other/secret.txt" or "models/r/%2e%2e/other/secret.txt";
        Assert.Matches(itsOwnAddress ? "^HTTP/1.1 200 " : "^HTTP/1.1 (400|403|404) ", answer);
        Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
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

    private static IEnumerable<string?> Paths(JsonElement list) =>
        list.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("path").GetString());

    private static void Write(StoreHost store, string path, string text) => Write(store, path, Encoding.UTF8.GetBytes(text));

    private static void Write(StoreHost store, string path, byte[] content)
    {
        var file = Path.Combine(store.Artifacts, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file) ?? "");
        File.WriteAllBytes(file, content);
    }
}
