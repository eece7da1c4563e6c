using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Trainyard.Contracts.Errors;

namespace Trainyard.ServiceDefaults.Errors;

internal static class ErrorExtensions
{
    public static void AddErrors(this IHostApplicationBuilder builder)
    {
        builder.Services.AddProblemDetails(options => options.CustomizeProblemDetails = problem =>
            ProblemWriter.Complete(problem.ProblemDetails, problem.HttpContext));
        // After ASP.NET Core's own, which goes first where it can.
        builder.Services.AddSingleton<IProblemDetailsWriter, UnaskedProblemWriter>();
        builder.Services.AddExceptionHandler<ExceptionToProblem>();
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
    }

    public static void UseErrors(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            // A known failure is logged by its handler, once, without a stack trace.
            SuppressDiagnosticsCallback = context => ExceptionToProblem.IsKnown(context.Exception),
        });
        app.UseStatusCodePages();
    }

    private sealed class ExceptionToProblem(IProblemDetailsService problems, ILogger<ExceptionToProblem> logger) : IExceptionHandler
    {
        public static bool IsKnown(Exception exception) => exception is TrainyardException or BadHttpRequestException;

        public async ValueTask<bool> TryHandleAsync(HttpContext http, Exception exception, CancellationToken cancellationToken)
        {
            if (exception is OperationCanceledException && http.RequestAborted.IsCancellationRequested)
            {
                http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
                return true;
            }
            var known = exception is BadHttpRequestException unbound
                ? await RequestFaults.ExplainAsync(unbound, http)
                : exception as TrainyardException;
            if (known is not null)
            {
                logger.LogInformation(
                    "{Method} {Path} refused: {ErrorCode} {Reason}", http.Request.Method, http.Request.Path, known.Code.WireName(), known.Message);
            }
            else
            {
                // The exception itself is logged by ASP.NET Core.
                logger.LogError(
                    "{Method} {Path} failed: {ErrorCode}", http.Request.Method, http.Request.Path, ErrorCode.Internal.WireName());
            }
            var failure = known ?? new TrainyardException(ErrorCode.Internal, "Something went wrong inside Trainyard. The log has the details under this request_id.", exception);
            if (failure.RetryAfter is { } delay)
            {
                http.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(delay.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
            }
            var problem = ProblemWriter.From(failure);
            if (exception is BadHttpRequestException { StatusCode: not StatusCodes.Status400BadRequest } bad)
            {
                problem.Status = bad.StatusCode;
            }
            http.Response.StatusCode = problem.Status ?? StatusCodes.Status500InternalServerError;
            return await problems.TryWriteAsync(new() { HttpContext = http, ProblemDetails = problem });
        }
    }
}
