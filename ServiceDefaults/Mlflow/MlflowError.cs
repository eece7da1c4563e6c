using Microsoft.AspNetCore.Http;

namespace Trainyard.ServiceDefaults.Mlflow;

/// <summary>An error in MLflow's form: <c>{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"…"}</c>.</summary>
/// <param name="ErrorCode">One of MLflow's error codes.</param>
/// <param name="Message">What went wrong, for people.</param>
public sealed record MlflowError(string ErrorCode, string Message)
{
    public const string BadRequest = "BAD_REQUEST";
    public const string InvalidParameterValue = "INVALID_PARAMETER_VALUE";
    public const string ResourceAlreadyExists = "RESOURCE_ALREADY_EXISTS";
    public const string ResourceDoesNotExist = "RESOURCE_DOES_NOT_EXIST";
    public const string ResourceConflict = "RESOURCE_CONFLICT";
    public const string EndpointNotFound = "ENDPOINT_NOT_FOUND";
    public const string PermissionDenied = "PERMISSION_DENIED";
    public const string NotImplemented = "NOT_IMPLEMENTED";
    public const string Unauthenticated = "UNAUTHENTICATED";
    public const string RequestLimitExceeded = "REQUEST_LIMIT_EXCEEDED";
    public const string TemporarilyUnavailable = "TEMPORARILY_UNAVAILABLE";
    public const string InternalError = "INTERNAL_ERROR";

    /// <summary>The HTTP status of an error code. MLflow's clients repeat requests on 429 and from 500 on, except 501.</summary>
    public static int Status(string errorCode) => errorCode switch
    {
        BadRequest or InvalidParameterValue or ResourceAlreadyExists => StatusCodes.Status400BadRequest,
        Unauthenticated => StatusCodes.Status401Unauthorized,
        PermissionDenied => StatusCodes.Status403Forbidden,
        ResourceDoesNotExist or EndpointNotFound => StatusCodes.Status404NotFound,
        ResourceConflict => StatusCodes.Status409Conflict,
        RequestLimitExceeded => StatusCodes.Status429TooManyRequests,
        NotImplemented => StatusCodes.Status501NotImplemented,
        TemporarilyUnavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };
}
