using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;
using Trainyard.Contracts.Errors;
using Trainyard.ServiceDefaults.Errors;

namespace Trainyard.ServiceDefaults.Bodies;

/// <summary>Marks an endpoint that decompresses and parses its body itself.</summary>
public sealed class ReadsItsBody;

internal static class RequestBodies
{
    private const string Accepted = "gzip, br, deflate";

    private static readonly string[] Encodings = ["gzip", "br", "deflate"];

    /// <summary>
    /// Decompresses request bodies up to the endpoint's limit, and quotes NaN and infinities in JSON bodies.
    /// </summary>
    public static void UseRequestBodies(this WebApplication app)
    {
        app.UseWhen(http => !ReadItself(http) && http.Request.Headers.ContentEncoding.Count > 0, decoded =>
        {
            decoded.Use((http, next) =>
            {
                RequireKnown(http);
                http.Features.Set(new DeclaredEncoding(http.Request.Headers.ContentEncoding.ToString()));
                return next(http);
            });
            decoded.UseRequestDecompression();
            decoded.Use((http, next) =>
            {
                http.Request.Body = new DecodedStream(http.Request.Body, http.Features.GetRequiredFeature<DeclaredEncoding>().Name);
                return next(http);
            });
        });
        app.Use((http, next) =>
        {
            if (!ReadItself(http) && TakesJson(http) && http.Request.HasJsonContentType())
            {
                RequireUtf8(http.Request);
                http.Request.Body = new QuotedStream(http.Request.Body);
            }
            return next(http);
        });
    }

    /// <summary>The problem with a content encoding that is not supported; null if it is, or is absent.</summary>
    public static Problem? WrongEncoding(HttpRequest request) =>
        request.Headers.ContentEncoding.ToString() is { Length: > 0 } given && !Encodings.Contains(given, StringComparer.OrdinalIgnoreCase)
            ? new(HeaderNames.ContentEncoding, $"must be one of {Accepted}, or absent, not '{ValueRule.Shown(given)}'")
            : null;

    private static bool ReadItself(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<ReadsItsBody>() is not null;

    private static bool TakesJson(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>()?.ContentTypes.Contains("application/json",
            StringComparer.OrdinalIgnoreCase) is true;

    /// <exception cref="BadHttpRequestException">415: the body is in another character set.</exception>
    private static void RequireUtf8(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || type.Charset.Length == 0)
        {
            return;
        }
        if (!BodyCharset.IsUtf8(type))
        {
            throw new BadHttpRequestException("A JSON body must be in UTF-8.", StatusCodes.Status415UnsupportedMediaType);
        }
        // ASP.NET Core knows no charset in quotes.
        request.ContentType = type.MediaType.ToString();
    }

    /// <exception cref="BadHttpRequestException">415: the content encoding is not supported.</exception>
    private static void RequireKnown(HttpContext http)
    {
        var given = http.Request.Headers.ContentEncoding.ToString();
        if (given.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            http.Request.Headers.Remove(HeaderNames.ContentEncoding);
        }
        else if (WrongEncoding(http.Request) is { } wrong)
        {
            // The exception handler clears headers, so set this one when the response starts.
            http.Response.OnStarting(() =>
            {
                http.Response.Headers.AcceptEncoding = Accepted;
                return Task.CompletedTask;
            });
            throw new BadHttpRequestException($"{wrong.Field} {wrong.Message}.", StatusCodes.Status415UnsupportedMediaType);
        }
    }

    /// <summary>The encoding that the request declared. ASP.NET Core removes the header once it decompresses the body.</summary>
    private sealed record DeclaredEncoding(string Name);
}
