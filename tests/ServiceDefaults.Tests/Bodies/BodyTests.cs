using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Trainyard.Harness.Hosting;
using Trainyard.ServiceDefaults.OpenApi;

namespace Trainyard.ServiceDefaults.Tests.Bodies;

/// <summary>Bodies as they come and go: compressed, with Python's literals, or left out.</summary>
public sealed class BodyTests : IAsyncLifetime
{
    private static readonly string Long = new('x', 50_000);

    private TestApp? app;

    private TestApp App => app ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync() => app = await TestApp.StartAsync(builder => builder.AddServiceDefaults(), host =>
    {
        host.UseResponseCompression();
        host.MapDefaultEndpoints();
        host.MapPost("/api/values", (Dictionary<string, double> values) => TypedResults.Ok(values))
            .WithMetadata(new RequestSizeLimitAttribute(100_000));
        host.MapPut("/api/raw", async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            return TypedResults.Text(await reader.ReadToEndAsync());
        });
        host.MapGet("/api/long", () => TypedResults.Ok(Long)).AnswerHead();
        host.MapGet("/api/bytes", () => TypedResults.Bytes(new byte[50_000], "application/octet-stream")).AnswerHead();
    });

    public ValueTask DisposeAsync() => App.DisposeAsync();

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task Compressed_bodies_are_read_everywhere(string encoding)
    {
        using var json = await SendAsync(HttpMethod.Post, "/api/values", Compress("""{"loss": NaN, "acc": 0.5}""", encoding), encoding);
        using var raw = await SendAsync(HttpMethod.Put, "/api/raw", Compress("NaN and more", encoding), encoding, "text/plain");

        Assert.Equal("""{"loss":"NaN","acc":0.5}""", await json.Content.ReadAsStringAsync());
        Assert.Equal("NaN and more", await raw.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_encoding_nobody_decodes_is_refused_and_those_that_are_decoded_are_named()
    {
        using var response = await SendAsync(HttpMethod.Post, "/api/values", "{}"u8.ToArray(), "zstd");

        var problem = await TestApp.ReadProblemAsync(response, 415, "CONFIG_INVALID");
        Assert.Equal("Content-Encoding: must be one of gzip, br, deflate, or absent, not 'zstd'", (string?)problem["message"]);
        Assert.Equal("gzip, br, deflate", string.Join(", ", response.Headers.GetValues("Accept-Encoding")));
    }

    [Fact]
    public async Task Damaged_data_and_bodies_that_grow_beyond_their_limit_are_the_callers_fault()
    {
        using var damaged = await SendAsync(HttpMethod.Post, "/api/values", "{\"loss\":1}"u8.ToArray(), "gzip");
        using var bomb = await SendAsync(HttpMethod.Post, "/api/values", Compress($$"""{"{{new string('x', 200_000)}}":1}""", "gzip"),
            "gzip");

        var problem = await TestApp.ReadProblemAsync(damaged, 400, "CONFIG_INVALID");
        Assert.Equal("body: is not gzip data as Content-Encoding says, or is damaged", (string?)problem["message"]);
        var large = await TestApp.ReadProblemAsync(bomb, 413, "PAYLOAD_TOO_LARGE");
        Assert.Equal("The body is larger than its limit of 100000 bytes.", (string?)large["message"]);
    }

    [Theory]
    [InlineData("""{"loss": "low"}""", "loss: must be a number, not \"low\"")]
    [InlineData("""{"loss": 1,}""", "body: is not JSON at line 1, column 12: '}'")]
    [InlineData("", "body: is required: an object")]
    public async Task What_is_wrong_in_a_compressed_body_is_named(string body, string message)
    {
        using var response = await SendAsync(HttpMethod.Post, "/api/values", Compress(body, "gzip"), "gzip");

        var problem = await TestApp.ReadProblemAsync(response, 400, "CONFIG_INVALID");
        Assert.Equal(message, (string?)problem["message"]);
    }

    [Fact]
    public async Task Literals_of_python_are_taken_in_json_and_left_alone_in_other_bodies()
    {
        using var json = await SendAsync(HttpMethod.Post, "/api/values", """{"a": NaN, "b": Infinity, "c": -Infinity}"""u8.ToArray());
        using var raw = await SendAsync(HttpMethod.Put, "/api/raw", """{"a": NaN}"""u8.ToArray());

        Assert.Equal("""{"a":"NaN","b":"Infinity","c":"-Infinity"}""", await json.Content.ReadAsStringAsync());
        Assert.Equal("""{"a": NaN}""", await raw.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/api/long")]
    [InlineData("/api/bytes")]
    [InlineData("/api/version")]
    [InlineData("/openapi/v1.json")]
    public async Task Head_answers_what_get_does_without_its_body(string path)
    {
        using var get = await App.Http.GetAsync(new Uri(path, UriKind.Relative));
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        using var head = await App.Http.SendAsync(request);

        Assert.Equal((HttpStatusCode.OK, get.Content.Headers.ContentType?.ToString()),
            (head.StatusCode, head.Content.Headers.ContentType?.ToString()));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task The_document_describes_get_alone()
    {
        var document = await App.GetJsonAsync("/openapi/v1.json");

        Assert.Equal(["get"], document["paths"]?["/api/long"]?.AsObject().Select(operation => operation.Key) ?? []);
    }

    [Theory]
    [InlineData("br, gzip", "/api/long", "br")]
    [InlineData("gzip", "/api/long", "gzip")]
    [InlineData("gzip", "/openapi/v1.json", "gzip")]
    [InlineData("identity", "/api/long", null)]
    [InlineData("br, gzip", "/api/bytes", null)]
    public async Task Answers_of_text_are_compressed_for_whoever_takes_it(string accepted, string path, string? encoding)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);

        using var response = await App.Http.SendAsync(request);

        Assert.Equal(encoding, response.Content.Headers.ContentEncoding.SingleOrDefault());
        var body = await response.Content.ReadAsByteArrayAsync();
        Assert.True(encoding is null ? body.Length >= 50_000 : body.Length < 30_000, $"{body.Length}");
    }

    private Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, byte[] body, string? encoding = null, string type = "application/json")
    {
        var request = new HttpRequestMessage(method, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        if (encoding is not null)
        {
            request.Content.Headers.ContentEncoding.Add(encoding);
        }
        return App.Http.SendAsync(request);
    }

    private static byte[] Compress(string text, string encoding)
    {
        using var target = new MemoryStream();
        using (Stream compressor = encoding switch
        {
            "br" => new BrotliStream(target, CompressionLevel.Fastest),
            "deflate" => new ZLibStream(target, CompressionLevel.Fastest),
            _ => new GZipStream(target, CompressionLevel.Fastest),
        })
        {
            compressor.Write(Encoding.UTF8.GetBytes(text));
        }
        return target.ToArray();
    }
}
