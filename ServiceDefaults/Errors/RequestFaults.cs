using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Trainyard.Contracts.Errors;
using Trainyard.ServiceDefaults.Bodies;

namespace Trainyard.ServiceDefaults.Errors;

/// <summary>Explains, with JSON names, why ASP.NET Core could not bind a request to an endpoint's parameters.</summary>
internal static class RequestFaults
{
    private const string TooSlow = "The body arrived too slowly. Send it again, without pauses.";
    private const string Incomplete = "could not be read completely";

    /// <summary>Buffers JSON bodies, so that errors can name the invalid value.</summary>
    public static void RecordBodies(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        if (!http.Request.HasJsonContentType() || BodyOf(http.GetEndpoint()) is null)
        {
            await next(http);
            return;
        }
        var length = Math.Clamp(http.Request.ContentLength ?? 0, 0, RecordedBody.MaxBytes);
        var recorded = new RecordedBody(http.Request.Body, (int)length);
        http.Request.Body = recorded;
        http.Features.Set(recorded);
        try
        {
            await next(http);
        }
        catch (BadHttpRequestException refused)
            when (refused is { StatusCode: StatusCodes.Status400BadRequest, InnerException: JsonException or null })
        {
            // Read the rest now: a compressed body is closed before the error is explained.
            await recorded.ReadWholeAsync(http.RequestAborted);
            throw;
        }
    });

    /// <summary>The error to respond with.</summary>
    public static async Task<TrainyardException> ExplainAsync(BadHttpRequestException refused, HttpContext http) =>
        refused.StatusCode switch
        {
            StatusCodes.Status413PayloadTooLarge => BodyLimit.Exceeded(http, refused),
            StatusCodes.Status415UnsupportedMediaType => Of([RequestBodies.WrongEncoding(http.Request) ?? WrongContentType(http.Request)]),
            StatusCodes.Status408RequestTimeout => new(ErrorCode.ConfigInvalid, refused.InnerException is OperationCanceledException
                ? refused.Message // An endpoint's own limit; its message has the details.
                : TooSlow, refused),
            _ => Of(await ProblemsAsync(refused, http)),
        };

    /// <summary>
    /// The error for a body that could not be read. ASP.NET Core answers with the status alone if that happens while it binds the body.
    /// </summary>
    public static TrainyardException? OfStatus(int status, HttpContext http) => status switch
    {
        StatusCodes.Status400BadRequest => Of([new(JsonFaults.Body, Incomplete)]),
        StatusCodes.Status408RequestTimeout => new(ErrorCode.ConfigInvalid, TooSlow),
        StatusCodes.Status413PayloadTooLarge => BodyLimit.Exceeded(http),
        _ => null,
    };

    private static TrainyardException Of(IReadOnlyList<Problem> problems) => new(ErrorCode.ConfigInvalid, problems);

    /// <summary>The problem to report for an unsupported media type.</summary>
    public static Problem WrongContentType(HttpRequest request)
    {
        var given = request.ContentType is { Length: > 0 } type ? ValueRule.Shown(type) : "absent";
        return new(HeaderNames.ContentType, $"must be application/json{(request.HasJsonContentType() ? " in UTF-8" : "")}, not {given}");
    }

    private static async Task<IReadOnlyList<Problem>> ProblemsAsync(BadHttpRequestException refused, HttpContext http)
    {
        // The exception handler has cleared the request's endpoint and route values.
        var failed = http.Features.Get<IExceptionHandlerFeature>();
        var json = http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var parameters = Parameters(failed?.Endpoint, failed?.RouteValues ?? http.Request.RouteValues, http.Request, json).ToList();
        if (parameters is not [])
        {
            return parameters;
        }
        if (BodyOf(failed?.Endpoint) is not { } type || refused.InnerException is not (JsonException or null))
        {
            return [new(JsonFaults.Body, Incomplete)];
        }
        var body = http.Features.Get<RecordedBody>() is { } recorded
            ? await recorded.ReadWholeAsync(http.RequestAborted)
            : ReadOnlyMemory<byte>.Empty;
        return body is { } whole ? JsonFaults.Of(whole, type, json) : [JsonFaults.At(refused.InnerException as JsonException)];
    }

    /// <summary>Every missing or mistyped route, query or header parameter.</summary>
    private static IEnumerable<Problem> Parameters(
        Endpoint? endpoint, RouteValueDictionary route, HttpRequest request, JsonSerializerOptions json) =>
        from binding in endpoint?.Metadata.OfType<IParameterBindingMetadata>() ?? []
        let type = binding.ParameterInfo.ParameterType
        let given = Given(binding.ParameterInfo, route, request)
        where given.Name is { Length: > 0 }
        let element = type.IsArray ? type.GetElementType() ?? type : type
        let wrong = given.Values.FirstOrDefault(value => !ValueRule.Allows(element, value ?? ""))
        let rule = ValueRule.For(wrong ?? "", element, json)
        where rule is not null && (wrong is not null || (!binding.IsOptional && given.Values.Count == 0))
        select new Problem(given.Name ?? "", wrong is null ? $"is required: {rule}" : $"must be {rule}, not '{ValueRule.Shown(wrong)}'");

    private static (string? Name, StringValues Values) Given(ParameterInfo parameter, RouteValueDictionary route, HttpRequest request)
    {
        var attributes = parameter.GetCustomAttributes().ToList();
        if (attributes.OfType<IFromHeaderMetadata>().FirstOrDefault() is { } header && (header.Name ?? parameter.Name) is { } headerName)
        {
            return (headerName, request.Headers[headerName]);
        }
        if (attributes.Exists(attribute => attribute is IFromBodyMetadata or IFromServiceMetadata))
        {
            return default;
        }
        var name = attributes.OfType<IFromQueryMetadata>().FirstOrDefault()?.Name
            ?? attributes.OfType<IFromRouteMetadata>().FirstOrDefault()?.Name ?? parameter.Name ?? "";
        return route.TryGetValue(name, out var value) ? (name, value as string) : (name, request.Query[name]);
    }

    /// <summary>The type of the JSON body that an endpoint binds to a parameter; null if it binds none.</summary>
    private static Type? BodyOf(Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<IAcceptsMetadata>() is { RequestType: { } type } accepts
        && accepts.ContentTypes.Contains("application/json", StringComparer.OrdinalIgnoreCase)
        && endpoint.Metadata.OfType<IParameterBindingMetadata>().Any(binding => binding.ParameterInfo.ParameterType == type)
            ? type
            : null;
}
