using System.Text.Json;
using Trainyard.Contracts.Json;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Runs;

namespace Trainyard.ExperimentStore.Transfer.Exporting;

/// <summary>Writes a Trainyard export, element by element.</summary>
internal sealed class JsonExport(Stream output, ExportSource source, ExportSelection what)
{
    private static readonly byte[] Opening = "[\n"u8.ToArray();
    private static readonly byte[] Separator = ",\n"u8.ToArray();
    private static readonly byte[] Closing = "\n]\n"u8.ToArray();

    private bool begun;
    private long runs;
    private long points;

    public Task BeginAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        WriteAsync(new ExportHeader(ExportHeader.FormatName, ExportHeader.CurrentVersion, now), cancellationToken);

    public Task WriteAsync(Experiment experiment, CancellationToken cancellationToken) => WriteAsync(new ExportedExperiment(
        experiment.Id, experiment.Name, experiment.Description, Storage.StoredJson.Of(experiment.SearchSpace),
        experiment.CreatedAt), cancellationToken);

    public async Task WriteAsync(RunToExport run, CancellationToken cancellationToken)
    {
        var id = run.Run.Id;
        runs++;
        await WriteAsync(Describe(run), cancellationToken);
        await foreach (var (series, chunk) in source.PointsAsync(run, what, attempt: null, cancellationToken))
        {
            points += chunk.Points.Count;
            await WriteAsync(new ExportedPoints(
                id, series, chunk.Resolution is Resolution.Raw ? "raw" : "1m",
                [.. chunk.Points.Select(point => point.Seq)], [.. chunk.Points.Select(point => point.Attempt)],
                [.. chunk.Points.Select(point => point.Step)], [.. chunk.Points.Select(point => point.Time)],
                [.. chunk.Points.Select(point => point.Value ?? double.NaN)]), cancellationToken);
        }
        foreach (var checkpoint in await source.CheckpointsAsync(id, cancellationToken))
        {
            await WriteAsync(new ExportedCheckpoint(
                id, checkpoint.Path, checkpoint.Attempt, checkpoint.Step, checkpoint.IsBest, checkpoint.Size, checkpoint.Sha256,
                Numbers(checkpoint.Metrics), Storage.StoredJson.Of(checkpoint.Metadata), checkpoint.SavedAt), cancellationToken);
        }
        foreach (var artifact in await source.ArtifactsAsync(id, cancellationToken))
        {
            await WriteAsync(new ExportedArtifact(
                id, artifact.Path, artifact.Kind, artifact.Size, artifact.Sha256, artifact.SavedAt), cancellationToken);
        }
        if (what.Logs)
        {
            await foreach (var line in source.LogAsync(id, cancellationToken))
            {
                await WriteAsync(new ExportedLog(id, line.Id, line.Attempt, line.Time, line.Level, line.Message), cancellationToken);
            }
        }
    }

    public async Task EndAsync(CancellationToken cancellationToken)
    {
        await WriteAsync(new ExportEnd(runs, points), cancellationToken);
        await output.WriteAsync(Closing, cancellationToken);
    }

    private async Task WriteAsync(ExportRecord record, CancellationToken cancellationToken)
    {
        await output.WriteAsync(begun ? Separator : Opening, cancellationToken);
        begun = true;
        await JsonSerializer.SerializeAsync(output, record, WireJson.Options, cancellationToken);
    }

    private static ExportedRun Describe(RunToExport export)
    {
        var run = export.Run;
        return new(
            run.Id, run.Name, run.Status, run.Message, run.ErrorKind, run.ExperimentId, run.Source, run.SpectralNorm,
            Storage.StoredJson.Of(run.Config), run.Notes, run.CreatedAt, run.StartedAt, run.EndedAt,
            run.Step, run.TotalSteps, run.Epochs, run.DurationMs, run.MlflowRunId, Numbers(run.FinalMetrics),
            [.. export.Attempts.Select(attempt => new ExportedAttempt(
                attempt.Number, attempt.FromStep < PointWriter.FurthestStep ? attempt.FromStep : null, attempt.StartedAt))])
        {
            Tags = export.Tags.ToDictionary(tag => tag.Name, tag => tag.Value, StringComparer.Ordinal),
        };
    }

    private static Dictionary<string, double>? Numbers(string? stored) =>
        stored is null ? null : JsonSerializer.Deserialize<Dictionary<string, double>>(stored, WireJson.Options);
}
