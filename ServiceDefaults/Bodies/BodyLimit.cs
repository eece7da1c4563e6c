using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Trainyard.Contracts.Errors;

namespace Trainyard.ServiceDefaults.Bodies;

/// <summary>The largest body of an endpoint, and the setting that changes it.</summary>
/// <param name="MaxRequestBodySize">In bytes.</param>
/// <param name="Setting">Its environment variable.</param>
public sealed record BodyLimit(long? MaxRequestBodySize, string Setting) : IRequestSizeLimitMetadata
{
    /// <summary>The error for a body beyond the limit that applied to it.</summary>
    internal static TrainyardException Exceeded(HttpContext http, Exception? cause = null)
    {
        // The exception handler has cleared the request's endpoint.
        var endpoint = http.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? http.GetEndpoint();
        var declared = endpoint?.Metadata.GetMetadata<IRequestSizeLimitMetadata>();
        var bytes = declared?.MaxRequestBodySize ?? http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize;
        var setting = declared is BodyLimit { Setting: var name } ? $" ({name})" : "";
        return new(ErrorCode.PayloadTooLarge,
            bytes is null ? "The body is larger than its limit." : $"The body is larger than its limit of {bytes} bytes{setting}.", cause);
    }
}
