namespace Trainyard.TokenizerService.Catalog;

internal enum TokenizerStatus
{
    Queued,
    Training,
    Completed,
    Failed,
}

/// <summary>Who can mend a failure, and whether trying again can help.</summary>
internal static class FailureClass
{
    public const string UserInput = "USER_INPUT", Transient = "TRANSIENT", Fatal = "FATAL";
}
