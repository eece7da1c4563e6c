using System.Text.Json;
using Trainyard.Contracts.Json;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Runs;
using Trainyard.RunFormats.Json;

namespace Trainyard.ExperimentStore.Transfer.Exporting;

/// <summary>A run with its small data; points and logs are streamed.</summary>
internal sealed record RunToExport(Run Run, IReadOnlyList<RunTag> Tags, IReadOnlyList<RunAttempt> Attempts)
{
    public ExportedRun Describe() => new(
        Run.Id, Run.Name, Run.Status, Run.Message, Run.ErrorKind, Run.ExperimentId, Run.Source, Run.SpectralNorm, Run.Config, Run.Notes,
        Run.CreatedAt, Run.StartedAt, Run.EndedAt, Run.Step, Run.TotalSteps, Run.Epochs, Run.DurationMs, Run.MlflowRunId,
        Numbers(Run.FinalMetrics),
        [.. Attempts.Select(attempt => new ExportedAttempt(
            attempt.Number, attempt.FromStep < PointWriter.FurthestStep ? attempt.FromStep : null, attempt.StartedAt))])
    {
        ErrorCode = Run.ErrorCode,
        Tags = Tags.ToDictionary(tag => tag.Name, tag => tag.Value, StringComparer.Ordinal),
    };

    public static Dictionary<string, double>? Numbers(string? stored) =>
        stored is null ? null : JsonSerializer.Deserialize<Dictionary<string, double>>(stored, WireJson.Options);
}
