using System.Text.Json.Nodes;

namespace Trainyard.Harness.OpenApi;

/// <summary>Fails the test whose request is answered in a way that the service's own OpenAPI document does not allow.</summary>
/// <param name="inner">Sends the requests.</param>
/// <param name="documents">The document, once it was read: one for all hosts of a kind.</param>
public sealed class AnswerCheck(HttpMessageHandler inner, AnswerCheck.KnownDocument documents) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (request.RequestUri is not { } address || !address.AbsolutePath.StartsWith("/api/", StringComparison.Ordinal)
            || await DocumentAsync(address, cancellationToken) is not { } document)
        {
            return response;
        }
        var mediaType = response.Content.Headers.ContentType?.MediaType;
        // An attachment is streamed, and may be longer than memory.
        var isRead = mediaType?.EndsWith("json", StringComparison.Ordinal) is true && response.Content.Headers.ContentDisposition is null;
        if (isRead)
        {
            await response.Content.LoadIntoBufferAsync(cancellationToken);
        }
        var body = isRead ? await response.Content.ReadAsStringAsync(cancellationToken) : null;
        var faults = document.Faults(request.Method.Method, address.AbsolutePath, (int)response.StatusCode, mediaType, body);
        Assert.True(faults.Count == 0,
            $"{request.Method} {address.PathAndQuery} answered {(int)response.StatusCode}: {string.Join("; ", faults)}\n{body}");
        return response;
    }

    private async Task<ApiDocument?> DocumentAsync(Uri address, CancellationToken cancellationToken)
    {
        if (documents.Document is null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "/openapi/v1.json"));
            using var response = await base.SendAsync(request, cancellationToken);
            documents.Document = response.IsSuccessStatusCode
                && JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken)) is JsonObject json ? new(json) : null;
        }
        return documents.Document;
    }

    /// <summary>Keeps the document of a service, which is the same for all hosts of it.</summary>
    public sealed class KnownDocument
    {
        internal ApiDocument? Document { get; set; }
    }
}
