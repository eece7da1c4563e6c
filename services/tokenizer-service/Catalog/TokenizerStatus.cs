namespace Trainyard.TokenizerService.Catalog;

internal enum TokenizerStatus
{
    Queued,
    Training,
    Completed,
    Failed,
}

/// <summary>The class of a failure: who can fix it, and whether a retry may help.</summary>
internal static class FailureClass
{
    public const string UserInput = "USER_INPUT", Transient = "TRANSIENT", Fatal = "FATAL";
}
