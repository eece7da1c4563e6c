using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Errors;
using Trainyard.ServiceDefaults.Security;

namespace Trainyard.ServiceDefaults.Mlflow;

/// <summary>
/// Writes errors of MLflow's paths in MLflow's form, wherever they arise: keys, limits and bodies are checked before any endpoint runs.
/// </summary>
internal sealed class MlflowErrorWriter(IOptions<ProblemDetailsOptions> options) : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => MlflowPaths.Include(context.HttpContext.Request.Path);

    public ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var (problem, http) = (context.ProblemDetails, context.HttpContext);
        var given = problem.Extensions.TryGetValue("code", out var stated) && stated is ErrorCode known ? known : (ErrorCode?)null;
        options.Value.CustomizeProblemDetails?.Invoke(context);
        var code = given is { } ours ? CodeOf(ours, http.Features.Get<Caller>() is not null)
            : http.Response.StatusCode switch
            {
                StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed => MlflowError.EndpointNotFound,
                StatusCodes.Status413PayloadTooLarge => MlflowError.InvalidParameterValue,
                >= 400 and < 500 => MlflowError.BadRequest,
                _ => MlflowError.InternalError,
            };
        var message = problem.Extensions.TryGetValue("message", out var text) && text is string words ? words : problem.Detail ?? "";
        http.Response.StatusCode = MlflowError.Status(code);
        return new(http.Response.WriteAsJsonAsync(new MlflowError(code, message), http.RequestAborted));
    }

    /// <param name="code">Trainyard's code.</param>
    /// <param name="knownCaller">Whether the request has a valid key, so that what it lacks is permission.</param>
    private static string CodeOf(ErrorCode code, bool knownCaller) => code switch
    {
        ErrorCode.DataNotFound or ErrorCode.RunNotFound or ErrorCode.TokenizerNotFound => MlflowError.ResourceDoesNotExist,
        ErrorCode.Unauthorized => knownCaller ? MlflowError.PermissionDenied : MlflowError.Unauthenticated,
        ErrorCode.IllegalTransition => MlflowError.ResourceConflict,
        ErrorCode.RateLimited => MlflowError.RequestLimitExceeded,
        ErrorCode.BackendUnavailable or ErrorCode.Unavailable or ErrorCode.OutcomeUnknown => MlflowError.TemporarilyUnavailable,
        ErrorCode.Internal or ErrorCode.ModelTrainFailed or ErrorCode.TokenizerTrainFailed => MlflowError.InternalError,
        _ => MlflowError.InvalidParameterValue,
    };
}
