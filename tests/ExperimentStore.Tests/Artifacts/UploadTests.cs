using System.IO.Compression;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Trainyard.Artifacts;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Artifacts;

public class UploadTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    private static readonly Uri Address = new("/api/artifacts/models/r/plots/loss.png", UriKind.Relative);

    [Theory]
    [InlineData("length")]
    [InlineData("chunked")]
    [InlineData("gzip")]
    public async Task A_file_above_the_limit_is_refused_with_the_limit_and_leaves_nothing(string kind)
    {
        await using var store = await StartAsync("sqlite", settings: [("ARTIFACTS:MAX_UPLOAD_BYTES", "100000")]);
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1));
        using var request = new HttpRequestMessage(HttpMethod.Put, Address);
        request.Content = new ByteArrayContent(kind == "gzip" ? Gzip(new byte[100_001]) : new byte[100_001]);
        request.Headers.TransferEncodingChunked = kind == "chunked";
        // Without it, a broken pipe could hide the answer.
        request.Headers.ExpectContinue = kind == "length";
        if (kind == "gzip")
        {
            request.Content.Headers.ContentEncoding.Add("gzip");
        }

        using var refused = await store.Http.SendAsync(request);

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "PAYLOAD_TOO_LARGE",
            "The body is larger than its limit of 100000 bytes (ARTIFACTS__MAX_UPLOAD_BYTES)."), await ReadAsync(refused));
        Assert.Empty(Directory.GetFiles(store.Artifacts, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_file_that_stops_arriving_is_a_timeout_of_the_request()
    {
        await using var store = await StartAsync("sqlite", configure: builder =>
            builder.Services.AddSingleton<IStartupFilter>(new StalledUploads()));
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1));

        // Not the checked client: the OpenAPI document leaves out 408, which any request can get.
        using var client = new HttpClient { BaseAddress = store.Address };
        using var content = new ByteArrayContent([1]);
        using var refused = await client.PutAsync(Address, content);

        Assert.Equal((HttpStatusCode.RequestTimeout, "CONFIG_INVALID", "The body arrived too slowly. Send it again, without pauses."),
            await ReadAsync(refused));
    }

    [Fact]
    public async Task A_full_disk_is_named()
    {
        await using var store = await StartAsync("sqlite", configure: builder =>
            builder.Services.AddSingleton(new RemoteArtifacts(new FullStore())));
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1));

        using var content = new ByteArrayContent([1]);
        using var refused = await store.Http.PutAsync(Address, content);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "BACKEND_UNAVAILABLE",
            "The disk of Trainyard's data folder is full. Free space, then try again."), await ReadAsync(refused));
    }

    private static byte[] Gzip(byte[] content)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }
        return target.ToArray();
    }

    private static async Task<(HttpStatusCode Status, string? Code, string? Message)> ReadAsync(HttpResponseMessage response)
    {
        var problem = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        return (response.StatusCode, problem.GetProperty("code").GetString(), problem.GetProperty("message").GetString());
    }

    /// <summary>Kestrel's exception for a body below its minimum data rate, without the wait.</summary>
    private sealed class StalledUploads : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((http, following) =>
            {
                if (HttpMethods.IsPut(http.Request.Method))
                {
                    http.Request.Body = new StalledBody();
                }
                return following(http);
            });
            next(app);
        };
    }

    private sealed class StalledBody : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new BadHttpRequestException("Reading the request body timed out.", StatusCodes.Status408RequestTimeout);
    }

    private sealed class FullStore : IArtifactStore
    {
        private const int NoSpace = 28;

        public IAsyncEnumerable<StoredArtifact> ListAsync(string folder, CancellationToken cancellationToken) =>
            AsyncEnumerable.Empty<StoredArtifact>();

        public Task<StoredArtifact?> FindAsync(string path, CancellationToken cancellationToken) => Task.FromResult<StoredArtifact?>(null);

        public Task<Stream?> OpenAsync(string path, long offset, long length, CancellationToken cancellationToken) =>
            Task.FromResult<Stream?>(null);

        public Task<int> WriteAsync(string path, Stream content, string sha256, CancellationToken cancellationToken) =>
            throw new ArtifactStoreException("not written", new IOException("No space left on device", NoSpace));

        public Task DeleteAsync(string path, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
