namespace Trainyard.Contracts.Runs;

/// <summary>
/// Why a run, an evaluation or a tokenizer's training failed: who can fix it, and whether a retry may help. External jobs may report other
/// kinds.
/// </summary>
public static class ErrorKinds
{
    /// <summary>The config or the data is at fault; a retry fails again.</summary>
    public const string UserInput = "USER_INPUT";

    /// <summary>The machine or a dependency is at fault; a retry may succeed.</summary>
    public const string Transient = "TRANSIENT";

    /// <summary>Trainyard is at fault, or the reason is unknown.</summary>
    public const string Fatal = "FATAL";
}
