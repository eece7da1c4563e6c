using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Trainyard.Harness.Hosting;

namespace Trainyard.ServiceDefaults.Tests.Bodies;

/// <summary>Bodies that the server stops reading, with the exceptions that Kestrel throws for them.</summary>
public sealed class UnreadableBodyTests
{
    [Theory]
    [InlineData("/api/bound", 408, "The body arrived too slowly. Send it again, without pauses.")]
    [InlineData("/api/streamed", 408, "The body arrived too slowly. Send it again, without pauses.")]
    [InlineData("/api/bound", 400, "body: could not be read completely")]
    [InlineData("/api/streamed", 400, "body: could not be read completely")]
    public async Task The_answer_says_why_the_body_was_not_read(string path, int status, string message)
    {
        await using var app = await TestApp.StartAsync(builder => builder.AddServiceDefaults(), host =>
        {
            host.Use((http, next) =>
            {
                http.Request.Body = new FailingBody(new BadHttpRequestException("stopped", status));
                return next(http);
            });
            host.MapDefaultEndpoints();
            host.MapPost("/api/bound", (Dictionary<string, double> values) => TypedResults.Ok(values));
            host.MapPost("/api/streamed", async (HttpRequest request) => await request.Body.CopyToAsync(Stream.Null));
        });

        using var content = new StringContent("{}", Encoding.UTF8, "application/json");
        using var response = await app.Http.PostAsync(new Uri(path, UriKind.Relative), content);

        Assert.Equal(message, (string?)(await TestApp.ReadProblemAsync(response, status, "CONFIG_INVALID"))["message"]);
    }

    private sealed class FailingBody(Exception failure) : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw failure;

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => throw failure;

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) => throw failure;
    }
}
