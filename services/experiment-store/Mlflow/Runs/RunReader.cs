using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Mlflow.Artifacts;
using Trainyard.ExperimentStore.Mlflow.Experiments;
using Trainyard.ExperimentStore.Mlflow.Inputs;
using Trainyard.ExperimentStore.Mlflow.Models;
using Trainyard.ExperimentStore.Mlflow.Protocol;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Mlflow.Runs;

/// <summary>Reads runs in MLflow's form, whoever created them.</summary>
internal static class RunReader
{
    private const int ChunkRuns = 500;
    private const string UnknownUser = "unknown";

    /// <summary>The runs in the order of these ids.</summary>
    public static async Task<List<RunView>> RunViewsAsync(
        this StoreContext db, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var views = new List<RunView>(ids.Count);
        foreach (var chunk in ids.Chunk(ChunkRuns))
        {
            views.AddRange(await ChunkAsync(db, chunk, cancellationToken));
        }
        return views;
    }

    public static async Task<RunInfo> RunInfoAsync(this StoreContext db, Run run, CancellationToken cancellationToken)
    {
        var user = await db.Tags.Where(tag => tag.RunId == run.Id && tag.Name == RunTags.User).Select(tag => tag.Value)
            .SingleOrDefaultAsync(cancellationToken);
        var location = run.ExperimentId is null ? null : await db.MlflowExperiments.AsNoTracking()
            .Where(row => row.ExperimentId == run.ExperimentId).Select(row => row.ArtifactLocation).SingleOrDefaultAsync(cancellationToken);
        return InfoOf(run, user, location);
    }

    private static async Task<IEnumerable<RunView>> ChunkAsync(StoreContext db, string[] ids, CancellationToken cancellationToken)
    {
        var runs = await db.Runs.AsNoTracking().Where(run => ids.Contains(run.Id) && !run.Removing)
            .ToDictionaryAsync(run => run.Id, StringComparer.Ordinal, cancellationToken);
        var tags = (await db.Tags.AsNoTracking().Where(tag => ids.Contains(tag.RunId)).ToListAsync(cancellationToken))
            .ToLookup(tag => tag.RunId);
        var parameters = (await db.Params.AsNoTracking().Where(param => ids.Contains(param.RunId)).ToListAsync(cancellationToken))
            .ToLookup(param => param.RunId);
        var series = (await db.Series.Where(row => ids.Contains(row.RunId) && row.LastStep != null)
            .Select(row => new { row.RunId, row.Name, row.LastStep, row.LastTime, row.LastValue })
            .ToListAsync(cancellationToken)).ToLookup(row => row.RunId);
        var locations = await LocationsAsync(db, runs.Values, cancellationToken);
        var datasets = await db.DatasetInputsAsync(ids, cancellationToken);
        var models = await db.ModelLinksAsync(ids, cancellationToken);
        return ids.Where(runs.ContainsKey).Select(id =>
        {
            var run = runs[id];
            var own = tags[id].Where(tag => RunTags.AttributeOf(tag.Name) is null).Select(tag => (Key: tag.Name, tag.Value)).ToList();
            var user = own.Find(tag => tag.Key == RunTags.User).Value;
            var location = run.ExperimentId is { } experiment ? locations.GetValueOrDefault(experiment) : null;
            return new RunView(
                InfoOf(run, user, location),
                new(
                    [.. series[id].OrderBy(row => row.Name, StringComparer.Ordinal).Select(row => new MetricView(
                        row.Name, row.LastValue ?? double.NaN, Milliseconds(row.LastTime ?? 0), row.LastStep ?? 0))],
                    [.. parameters[id].OrderBy(param => param.Name, StringComparer.Ordinal)
                        .Select(param => new KeyValue(param.Name, param.Text))],
                    [.. own.Concat(RunTags.OfFields(run)).OrderBy(tag => tag.Key, StringComparer.Ordinal)
                        .Select(tag => new KeyValue(tag.Key, tag.Value))]),
                new([.. datasets[id]], [.. models[id].Where(link => link.IsInput).Select(link => new ModelInput(link.ModelId))]),
                new([.. models[id].Where(link => !link.IsInput).Select(link => new ModelOutput(link.ModelId, link.Step))]));
        });
    }

    private static async Task<Dictionary<string, string?>> LocationsAsync(
        StoreContext db, IEnumerable<Run> runs, CancellationToken cancellationToken)
    {
        var experiments = runs.Select(run => run.ExperimentId).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        return await db.MlflowExperiments.AsNoTracking()
            .Where(row => experiments.Contains(row.ExperimentId) && row.ArtifactLocation != null)
            .ToDictionaryAsync(row => row.ExperimentId, row => row.ArtifactLocation, StringComparer.Ordinal, cancellationToken);
    }

    private static RunInfo InfoOf(Run run, string? user, string? location)
    {
        var experiment = run.ExperimentId ?? DefaultExperiment.Id;
        return new(
            run.Id, run.Id, run.Name, experiment, user ?? UnknownUser, RunStatuses.Of(run.Status),
            (run.StartedAt ?? run.CreatedAt).ToUnixTimeMilliseconds(), run.EndedAt?.ToUnixTimeMilliseconds(),
            ProxyPath.ArtifactUri(experiment, run.Id, location), ExperimentView.Stage(run.DeletedAt));
    }

    /// <summary>Milliseconds of a time in microseconds, rounded down also before 1970.</summary>
    public static long Milliseconds(long microseconds) => (long)Math.Floor(microseconds / 1000.0);
}
