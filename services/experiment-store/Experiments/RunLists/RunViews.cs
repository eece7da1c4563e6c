using System.Text.Json;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Experiments.RunLists;

/// <summary>How far a run is, in steps.</summary>
internal sealed record Progress(long? Step, long? TotalSteps, double? Fraction, long? Epochs);

/// <summary>A run in a list.</summary>
internal sealed record RunSummary(
    string RunId, string Name, RunKind Kind, RunStatus Status, string? Message, string? ExperimentId, string? Source, bool? SpectralNorm,
    DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, DateTimeOffset UpdatedAt, DateTimeOffset? LastHeartbeat,
    int Attempt, Progress Progress, double? EtaSeconds, string? ErrorKind, string? ErrorCode,
    IReadOnlyDictionary<string, string> Tags,
    bool Pinned, bool Locked, DateTimeOffset? DeletedAt)
{
    /// <summary>Values of the requested metrics; null if none were requested.</summary>
    public IReadOnlyDictionary<string, double>? Metrics { get; init; }

    /// <summary>Values of the requested parameters; null if none were requested.</summary>
    public IReadOnlyDictionary<string, string>? Params { get; init; }

    public static RunSummary Of(Run run, IEnumerable<RunTag> tags) => new(
        run.Id, run.Name, run.Kind, run.Status, run.Message, run.ExperimentId, run.Source, run.SpectralNorm,
        run.CreatedAt, run.StartedAt, run.EndedAt, run.UpdatedAt, run.LastHeartbeat,
        run.Attempt, ProgressOf(run), run.EtaSeconds, run.ErrorKind, run.ErrorCode,
        tags.ToDictionary(tag => tag.Name, tag => tag.Value, StringComparer.Ordinal),
        run.Pinned, run.Locked, run.DeletedAt);

    private static Progress ProgressOf(Run run) => new(run.Step, run.TotalSteps,
        run is { Step: { } step, TotalSteps: { } total and > 0 } ? Math.Clamp((double)step / total, 0, 1) : null, run.Epochs);
}

/// <summary>An attempt of a run: each start or resume opens one.</summary>
internal sealed record AttemptView(int Number, long? FromStep, DateTimeOffset StartedAt);

/// <summary>Everything about one run except its points, logs and files.</summary>
internal sealed record RunDetail(
    string RunId, string Name, RunKind Kind, RunStatus Status, string? Message, string? ExperimentId, string? Source, bool? SpectralNorm,
    DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, DateTimeOffset UpdatedAt, DateTimeOffset? LastHeartbeat,
    int Attempt, Progress Progress, double? EtaSeconds, string? ErrorKind, string? ErrorCode,
    IReadOnlyDictionary<string, string> Tags,
    StoredJson? Config, string? Notes, RunRequest? Asked, double? DurationMs, string? MlflowRunId, string? MlflowUrl,
    string? WorkerId,
    IReadOnlyList<AttemptView> Attempts, IReadOnlyDictionary<string, double> Metrics, IReadOnlyDictionary<string, double>? FinalMetrics,
    int SeriesCount, bool Pinned, bool Locked, string? ReproducesRunId)
{
    /// <summary>The example in the OpenAPI document.</summary>
    public const string Example = """
        {"run_id":"abc-123","name":"gpt2 small","kind":"external","status":"running","message":null,"experiment_id":"exp-1",
         "source":"my-job","spectral_norm":true,"created_at":"2026-03-04T12:00:00Z","started_at":"2026-03-04T12:00:00Z","ended_at":null,
         "updated_at":"2026-03-04T12:30:00Z","last_heartbeat":"2026-03-04T12:30:00Z","attempt":1,
         "progress":{"step":500,"total_steps":1000,"fraction":0.5,"epochs":null},"eta_seconds":1800,"error_kind":null,
         "error_code":null,"tags":{"team":"nlp"},"config":{"lr":0.001},"notes":null,"asked":null,"duration_ms":null,
         "mlflow_run_id":null,"mlflow_url":null,"worker_id":null,
         "attempts":[{"number":1,"from_step":null,"started_at":"2026-03-04T12:00:00Z"}],
         "metrics":{"train_loss":2.1,"val_loss":2.4},"final_metrics":null,"series_count":2,"pinned":false,"locked":false,
         "reproduces_run_id":null}
        """;

    public static RunDetail Of(
        Run run, IEnumerable<RunTag> tags, IEnumerable<RunAttempt> attempts, IReadOnlyDictionary<string, double> metrics)
    {
        var summary = RunSummary.Of(run, tags);
        return new(
            summary.RunId, summary.Name, summary.Kind, summary.Status, summary.Message, summary.ExperimentId,
            summary.Source, summary.SpectralNorm, summary.CreatedAt, summary.StartedAt, summary.EndedAt,
            summary.UpdatedAt, summary.LastHeartbeat, summary.Attempt, summary.Progress, summary.EtaSeconds, summary.ErrorKind,
            summary.ErrorCode, summary.Tags, StoredJson.Of(run.Config), run.Notes, run.Asked, run.DurationMs, run.MlflowRunId,
            run.MlflowUrl, run.WorkerId,
            [.. attempts.Select(attempt => new AttemptView(attempt.Number, attempt.FromStep, attempt.StartedAt))], metrics,
            run.FinalMetrics is null ? null : JsonSerializer.Deserialize<Dictionary<string, double>>(run.FinalMetrics, WireJson.Options),
            run.SeriesCount, run.Pinned, run.Locked, run.ReproducesRunId);
    }
}
