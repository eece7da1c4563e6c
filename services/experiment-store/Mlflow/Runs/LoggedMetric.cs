using Trainyard.Contracts;
using Trainyard.ExperimentStore.Mlflow.Protocol;

namespace Trainyard.ExperimentStore.Mlflow.Runs;

/// <summary>A value that a client logs.</summary>
/// <param name="Key">The metric's name.</param>
/// <param name="Value">The value; may be NaN or infinite.</param>
/// <param name="Timestamp">Milliseconds since 1970.</param>
/// <param name="Step">The step; 0 if the client gives none.</param>
internal readonly record struct LoggedMetric(string Key, double Value, long Timestamp, long Step)
{
    private const long LastMillisecond = 253_402_300_799_999;

    /// <summary>Reads a metric. Its range is checked by <see cref="Require"/>.</summary>
    public static LoggedMetric Of(MlflowRequest request) => new(
        request.RequiredText("key"),
        request.Real("value") ?? throw MlflowException.Missing("value"),
        request.Whole("timestamp") ?? throw MlflowException.Missing("timestamp"),
        request.Whole("step") ?? 0);

    public void Require()
    {
        MlflowLimits.RequireName("metric", Key);
        if (Timestamp is < 0 or > LastMillisecond)
        {
            throw MlflowException.Invalid(
                $"Got invalid timestamp {Timestamp} for metric '{Key}' (value={Value}). Timestamp must be a nonnegative long "
                + "(64-bit integer), in milliseconds and before the year 10000.");
        }
        if (Step is < -WholeNumber.Max or > WholeNumber.Max)
        {
            throw MlflowException.Invalid(
                $"Got invalid step {Step} for metric '{Key}' (value={Value}). Step must be an integer within ±2^53.");
        }
    }
}
