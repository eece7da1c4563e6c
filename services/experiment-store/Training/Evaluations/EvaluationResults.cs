using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Trainyard.Artifacts;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.ExperimentStore.Training.Evaluations;

/// <summary>What is known of a run's latest evaluation.</summary>
/// <param name="Evaluation">The last requested one; null if there is none.</param>
/// <param name="Metrics">Its metrics, or those of a later evaluation during training.</param>
/// <param name="Artifacts">The download paths of its files.</param>
internal sealed record LatestEvaluation(Evaluation? Evaluation, JsonElement? Metrics, IReadOnlyList<string> Artifacts);

/// <summary>Reads the results of evaluations from the database and the runs' files.</summary>
internal sealed class EvaluationResults(AppPaths paths, Database database)
{
    private const int MaxMetricsBytes = 1 << 20;

    /// <returns>Null if the run has not been evaluated.</returns>
    /// <exception cref="TrainyardException">There is no such run, or the file can't be read.</exception>
    public async Task<LatestEvaluation?> OfAsync(string runId, CancellationToken cancellationToken)
    {
        await database.ReadAsync(async (db, token) =>
        {
            await db.RequireRunAsync(runId, token);
            return true;
        }, cancellationToken);
        return await ReadLatestAsync(runId, cancellationToken);
    }

    /// <returns>Null if the run has not been evaluated, or does not exist any more.</returns>
    public async Task<LatestEvaluation?> TryOfAsync(string runId, CancellationToken cancellationToken) =>
        await database.ReadAsync((db, token) => db.Runs.AnyAsync(run => run.Id == runId && run.DeletedAt == null, token), cancellationToken)
            ? await ReadLatestAsync(runId, cancellationToken)
            : null;

    private async Task<LatestEvaluation?> ReadLatestAsync(string runId, CancellationToken cancellationToken)
    {
        var latest = await database.ReadAsync((db, token) => db.Evaluations.Where(evaluation => evaluation.RunId == runId)
            .OrderByDescending(evaluation => evaluation.CreatedAt).ThenByDescending(evaluation => evaluation.Id)
            .FirstOrDefaultAsync(token), cancellationToken);
        var file = new FileInfo(paths.ResolveArtifact("models", runId, "eval/metrics.json"));
        var found = file is { Exists: true, Length: <= MaxMetricsBytes };
        if (latest is null && !found)
        {
            return null;
        }
        // The worker writes the file after the result is stored. A newer file is from a later evaluation during training.
        var metrics = latest is { Metrics: { } stored, EndedAt: { } ended } && !(found && file.LastWriteTimeUtc > ended.UtcDateTime)
            ? JsonElement.Parse(stored)
            : found ? await ReadAsync(file, runId, cancellationToken) : (JsonElement?)null;
        return new(latest, metrics,
            [.. new LocalArtifacts(file.DirectoryName ?? "").List("")
                .Select(artifact => $"/api/artifacts/models/{runId}/eval/{artifact.Path}").Order(StringComparer.Ordinal)]);
    }

    private static async Task<JsonElement> ReadAsync(FileInfo file, string runId, CancellationToken cancellationToken)
    {
        try
        {
            return JsonElement.Parse(await File.ReadAllBytesAsync(file.FullName, cancellationToken));
        }
        catch (JsonException exception)
        {
            throw new TrainyardException(ErrorCode.DataNotFound, $"The evaluation of run '{runId}' can't be read.", exception);
        }
    }
}
