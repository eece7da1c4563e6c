using Trainyard.ExperimentStore.Runs;
using Trainyard.RunFormats.Json;

namespace Trainyard.ExperimentStore.Transfer.Exporting;

/// <summary>Exports runs as JSON, with all of their data.</summary>
internal sealed class JsonExport(Stream output, ExportSource source, ExportSelection what)
{
    private readonly JsonExportWriter writer = new(output);

    public Task BeginAsync(DateTimeOffset now, CancellationToken cancellationToken) => writer.BeginAsync(now, cancellationToken);

    public Task WriteAsync(Experiment experiment, CancellationToken cancellationToken) => writer.WriteAsync(new ExportedExperiment(
        experiment.Id, experiment.Name, experiment.Description, experiment.SearchSpace, experiment.CreatedAt), cancellationToken);

    public async Task WriteAsync(RunToExport run, CancellationToken cancellationToken)
    {
        var id = run.Run.Id;
        await writer.WriteAsync(run.Describe(), cancellationToken);
        await foreach (var series in source.PointsAsync(run, what, attempt: null, cancellationToken))
        {
            await writer.WriteAsync(series, cancellationToken);
        }
        foreach (var checkpoint in await source.CheckpointsAsync(id, cancellationToken))
        {
            await writer.WriteAsync(new ExportedCheckpoint(
                id, checkpoint.Path, checkpoint.Attempt, checkpoint.Step, checkpoint.IsBest, checkpoint.Size, checkpoint.Sha256,
                RunToExport.Numbers(checkpoint.Metrics), checkpoint.Metadata, checkpoint.SavedAt), cancellationToken);
        }
        foreach (var artifact in await source.ArtifactsAsync(id, cancellationToken))
        {
            await writer.WriteAsync(new ExportedArtifact(
                id, artifact.Path, artifact.Kind, artifact.Size, artifact.Sha256, artifact.SavedAt), cancellationToken);
        }
        await foreach (var item in source.MediaAsync(id, what, attempt: null, cancellationToken))
        {
            await writer.WriteAsync(new ExportedMedia(
                id, item.Kind, item.Name, item.Step, item.Index, item.Attempt, item.Time, item.Caption, item.Path, item.Content),
                cancellationToken);
        }
        if (what.Logs)
        {
            await foreach (var line in source.LogAsync(id, cancellationToken))
            {
                await writer.WriteAsync(
                    new ExportedLog(id, line.Id, line.Attempt, line.Time, line.Level, line.Message), cancellationToken);
            }
        }
    }

    public Task EndAsync(CancellationToken cancellationToken) => writer.EndAsync(cancellationToken);
}
