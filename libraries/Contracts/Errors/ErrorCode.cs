using System.Text.Json.Serialization;

namespace Trainyard.Contracts.Errors;

/// <summary>What went wrong, in a form a program can branch on. The wire form is upper snake case: <c>RUN_NOT_FOUND</c>.</summary>
[JsonConverter(typeof(ErrorCodeConverter))]
public enum ErrorCode
{
    /// <summary>A request's members can't work together or one is out of range.</summary>
    ConfigInvalid,

    /// <summary>A corpus, file or address does not exist.</summary>
    DataNotFound,

    /// <summary>A path leads outside the folder it must stay in.</summary>
    PathForbidden,

    /// <summary>No run has this id.</summary>
    RunNotFound,

    /// <summary>No tokenizer has this id.</summary>
    TokenizerNotFound,

    /// <summary>A checkpoint is missing, unreadable or damaged.</summary>
    CheckpointInvalid,

    /// <summary>An event, or the body that carries events, can't be read.</summary>
    EventInvalid,

    /// <summary>The state of a run or tokenizer does not allow the request.</summary>
    IllegalTransition,

    /// <summary>The idempotency key was used with another body before.</summary>
    IdempotencyKeyReused,

    /// <summary>No response in time, so the request may have been carried out. Repeat it under the same <c>Idempotency-Key</c>.</summary>
    OutcomeUnknown,

    /// <summary>Training a tokenizer failed.</summary>
    TokenizerTrainFailed,

    /// <summary>Training a model failed.</summary>
    ModelTrainFailed,

    /// <summary>A database, broker or cache does not answer.</summary>
    BackendUnavailable,

    /// <summary>The API key is missing or wrong.</summary>
    Unauthorized,

    /// <summary>Too many requests; try again after the time given.</summary>
    RateLimited,

    /// <summary>A body is larger than its limit.</summary>
    PayloadTooLarge,

    /// <summary>The service can't take work now; try again after the time given.</summary>
    Unavailable,

    /// <summary>An internal error of Trainyard.</summary>
    Internal,
}
