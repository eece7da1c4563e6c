using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Trainyard.Contracts.Errors;

namespace Trainyard.ServiceDefaults.Errors;

/// <summary>Problem details (RFC 9457) with <c>code</c>, <c>message</c> and <c>request_id</c>.</summary>
internal static class ProblemWriter
{
    public static int Status(ErrorCode code) => code switch
    {
        ErrorCode.ConfigInvalid or ErrorCode.EventInvalid or ErrorCode.CheckpointInvalid => StatusCodes.Status400BadRequest,
        ErrorCode.Unauthorized => StatusCodes.Status401Unauthorized,
        ErrorCode.PathForbidden => StatusCodes.Status403Forbidden,
        ErrorCode.DataNotFound or ErrorCode.RunNotFound or ErrorCode.TokenizerNotFound => StatusCodes.Status404NotFound,
        ErrorCode.IllegalTransition => StatusCodes.Status409Conflict,
        ErrorCode.PayloadTooLarge => StatusCodes.Status413PayloadTooLarge,
        ErrorCode.IdempotencyKeyReused => StatusCodes.Status422UnprocessableEntity,
        ErrorCode.RateLimited => StatusCodes.Status429TooManyRequests,
        ErrorCode.BackendUnavailable or ErrorCode.Unavailable or ErrorCode.OutcomeUnknown => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    public static ProblemDetails From(TrainyardException failure)
    {
        var problem = new ProblemDetails { Status = Status(failure.Code), Detail = failure.Message };
        problem.Extensions["code"] = failure.Code;
        problem.Extensions["message"] = failure.Message;
        if (failure.Problems.Count > 0)
        {
            problem.Extensions["problems"] = failure.Problems;
        }
        return problem;
    }

    public static void Complete(ProblemDetails problem, HttpContext http)
    {
        if (http.Response.StatusCode is StatusCodes.Status415UnsupportedMediaType && problem.Detail is null)
        {
            // Routing rejects the media type without an exception.
            var wrong = RequestFaults.WrongContentType(http.Request);
            problem.Detail = $"{wrong.Field}: {wrong.Message}";
            problem.Extensions["problems"] = new[] { wrong };
        }
        if (problem.Detail is null && RequestFaults.OfStatus(http.Response.StatusCode, http) is { } unread)
        {
            problem.Detail = unread.Message;
            if (unread.Problems is not [])
            {
                problem.Extensions["problems"] = unread.Problems;
            }
        }
        if (http.Response is { StatusCode: StatusCodes.Status405MethodNotAllowed, Headers.Allow: { Count: > 0 } allowed })
        {
            problem.Detail ??= $"{http.Request.Path} can't be called with {http.Request.Method}; it allows {allowed}.";
        }
        var code = problem.Extensions.TryGetValue("code", out var given) && given is ErrorCode known ? known
            : CodeOf(http.Response.StatusCode, http.Request.Path);
        problem.Extensions["code"] = JsonSerializer.SerializeToElement(code);
        problem.Extensions.TryAdd("message", problem.Detail ?? $"{http.Request.Method} {http.Request.Path}: {problem.Title}");
        problem.Extensions["request_id"] = http.TraceIdentifier;
        // ASP.NET Core adds the trace id under the naming policy's name; request_id serves the same purpose.
        problem.Extensions.Remove("traceId");
        problem.Extensions.Remove("trace_id");
        problem.Instance = http.Request.Path;
    }

    private static ErrorCode CodeOf(int status, PathString path) => status switch
    {
        StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden => ErrorCode.Unauthorized,
        StatusCodes.Status404NotFound => ErrorCode.DataNotFound,
        StatusCodes.Status413PayloadTooLarge => ErrorCode.PayloadTooLarge,
        StatusCodes.Status429TooManyRequests => ErrorCode.RateLimited,
        StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout =>
            ErrorCode.Unavailable,
        >= 400 and < 500 => path.StartsWithSegments("/api/events", StringComparison.Ordinal) ? ErrorCode.EventInvalid
            : ErrorCode.ConfigInvalid,
        _ => ErrorCode.Internal,
    };
}
