using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Trainyard.Contracts.Errors;
using Trainyard.ServiceDefaults.Mlflow;

namespace Trainyard.ServiceDefaults.Errors;

internal static class ErrorExtensions
{
    public static void AddErrors(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IProblemDetailsWriter, MlflowErrorWriter>();
        builder.Services.AddProblemDetails(options => options.CustomizeProblemDetails = problem =>
            ProblemWriter.Complete(problem.ProblemDetails, problem.HttpContext));
        // Registered after ASP.NET Core's own writer, which takes precedence when it can write.
        builder.Services.AddSingleton<IProblemDetailsWriter, FallbackProblemWriter>();
        builder.Services.AddExceptionHandler<ExceptionToProblem>();
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
    }

    public static void UseErrors(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            // TryHandleAsync logs known failures once, without a stack trace.
            SuppressDiagnosticsCallback = context => ExceptionToProblem.IsKnown(context.Exception),
        });
        app.UseStatusCodePages();
    }

    private sealed class ExceptionToProblem(IProblemDetailsService problems, ILogger<ExceptionToProblem> logger) : IExceptionHandler
    {
        public static bool IsKnown(Exception exception) =>
            exception is TrainyardException or BadHttpRequestException || FullDisk.Explain(exception) is not null;

        public async ValueTask<bool> TryHandleAsync(HttpContext http, Exception exception, CancellationToken cancellationToken)
        {
            if (exception is OperationCanceledException && http.RequestAborted.IsCancellationRequested)
            {
                http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
                return true;
            }
            var known = exception is BadHttpRequestException unbound
                ? await RequestFaults.ExplainAsync(unbound, http)
                : exception as TrainyardException ?? FullDisk.Explain(exception);
            if (known is not null)
            {
                logger.LogInformation(
                    "{Method} {Path} refused: {ErrorCode} {Reason}",
                    http.Request.Method, http.Request.Path, known.Code.WireName(), known.Message);
            }
            else
            {
                // ASP.NET Core logs the exception itself.
                logger.LogError(
                    "{Method} {Path} failed: {ErrorCode}", http.Request.Method, http.Request.Path, ErrorCode.Internal.WireName());
            }
            var failure = known ?? new TrainyardException(
                ErrorCode.Internal, "Internal error in Trainyard. Search the log for this request_id to see the details.", exception);
            if (failure.RetryAfter is { } delay)
            {
                var seconds = Math.Max(1, (int)Math.Ceiling(delay.TotalSeconds));
                http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
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
