using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Trainyard.ServiceDefaults.Errors;

/// <summary>
/// Writes problem details for a caller who did not say that it takes JSON, such as a browser that opens an address of the API, whom ASP.NET Core
/// would tell nothing but the status.
/// </summary>
internal sealed class UnaskedProblemWriter(IOptions<ProblemDetailsOptions> options) : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        context.ProblemDetails.Status ??= context.HttpContext.Response.StatusCode;
        context.ProblemDetails.Title ??= Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(context.ProblemDetails.Status.Value);
        options.Value.CustomizeProblemDetails?.Invoke(context);
        await context.HttpContext.Response.WriteAsJsonAsync(context.ProblemDetails, options: null, "application/problem+json", context.HttpContext.RequestAborted);
    }
}
