namespace Trainyard.TensorBoard;

/// <summary>The value of a hyperparameter: a number, a text or a flag.</summary>
public readonly record struct HyperparameterValue
{
    /// <summary>The number, when it is one.</summary>
    public double? Number { get; private init; }

    /// <summary>The text, when it is one.</summary>
    public string? Text { get; private init; }

    /// <summary>The flag, when it is one.</summary>
    public bool? Flag { get; private init; }

    /// <summary>A number.</summary>
    public static HyperparameterValue Of(double number) => new() { Number = number };

    /// <summary>A text.</summary>
    public static HyperparameterValue Of(string text) => new() { Text = text };

    /// <summary>A flag.</summary>
    public static HyperparameterValue Of(bool flag) => new() { Flag = flag };
}

/// <summary>Says which hyperparameters and metrics the HPARAMS tab has columns for: once per log folder, in any of its runs.</summary>
/// <param name="Hyperparameters">Names and, for their type, any value.</param>
/// <param name="Metrics">Tags of scalars.</param>
/// <param name="CreatedAt">Seconds since 1970.</param>
public sealed record HyperparameterExperiment(
    IReadOnlyDictionary<string, HyperparameterValue> Hyperparameters, IReadOnlyList<string> Metrics, double CreatedAt)
    : SummaryValue(HyperparameterTags.Experiment);

/// <summary>Says with which hyperparameters a run begins.</summary>
/// <param name="Hyperparameters">By name.</param>
/// <param name="StartedAt">Seconds since 1970.</param>
/// <param name="Group">Runs of one group are repetitions of one another; a run without is a group of its own.</param>
public sealed record HyperparameterSessionStart(
    IReadOnlyDictionary<string, HyperparameterValue> Hyperparameters, double StartedAt, string? Group = null)
    : SummaryValue(HyperparameterTags.SessionStart);

/// <summary>Says how a run ended.</summary>
/// <param name="Status">How.</param>
/// <param name="EndedAt">Seconds since 1970.</param>
public sealed record HyperparameterSessionEnd(HyperparameterStatus Status, double EndedAt) : SummaryValue(HyperparameterTags.SessionEnd);

/// <summary>How a run with hyperparameters ended. The numbers are those of the file format.</summary>
public enum HyperparameterStatus
{
    /// <summary>Not said.</summary>
    Unknown = 0,

    /// <summary>It completed.</summary>
    Success = 1,

    /// <summary>It failed.</summary>
    Failure = 2,

    /// <summary>It is running.</summary>
    Running = 3,
}

/// <summary>The tags the HPARAMS tab looks for.</summary>
internal static class HyperparameterTags
{
    public const string Plugin = "hparams";
    public const string Experiment = "_hparams_/experiment";
    public const string SessionStart = "_hparams_/session_start_info";
    public const string SessionEnd = "_hparams_/session_end_info";
}
