using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Mlflow.Experiments;
using Trainyard.ExperimentStore.Mlflow.Models;
using Trainyard.ExperimentStore.Mlflow.Protocol;
using Trainyard.ExperimentStore.Mlflow.Runs;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using static Trainyard.ExperimentStore.Mlflow.Protocol.MlflowJson;

namespace Trainyard.ExperimentStore.Mlflow.Inputs;

/// <summary>Logs the data sets and models that runs use and produce.</summary>
internal static class InputEndpoints
{
    private const int MaxInputs = 1000;
    private const int MaxBodyBytes = 32_000_000;
    private const int MaxExperiments = 20;
    private const int MaxSummaries = 1000;

    public static void MapInputs(this IEndpointRouteBuilder runs)
    {
        runs.MapPost("/log-inputs", LogInputsAsync).WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes));
        runs.MapPost("/outputs", LogOutputsAsync);
    }

    public static void MapDatasetSearch(this IEndpointRouteBuilder api) => api.MapPost("/experiments/search-datasets", SearchAsync);

    private sealed record Summary(string ExperimentId, string Name, string Digest, string? Context);

    private sealed record Summaries(IReadOnlyList<Summary> DatasetSummaries);

    private static async Task<JsonHttpResult<Nothing>> LogInputsAsync(HttpContext http, RunLog log, CancellationToken cancellationToken)
    {
        var request = await MlflowRequest.ReadAsync(http);
        var runId = request.RunId();
        var datasets = request.List("datasets", DatasetInput.Of);
        var models = request.List("models", item => new ModelInput(item.RequiredText("model_id")));
        if (datasets.Count == 0 && models.Count == 0)
        {
            throw MlflowException.Missing("datasets");
        }
        MlflowLimits.RequireAtMost("datasets", MaxInputs, datasets.Count);
        MlflowLimits.RequireAtMost("models", MaxInputs, models.Count);
        datasets.ForEach(dataset => dataset.Require());
        await log.WriteAsync(http, runId, new(), async (db, run, token) =>
        {
            await AddAsync(db, runId, datasets, token);
            await db.AddModelLinksAsync(
                models.ConvertAll(model => new ModelLink { RunId = runId, ModelId = model.ModelId, IsInput = true }), token);
        }, cancellationToken);
        return Empty;
    }

    private static async Task<JsonHttpResult<Nothing>> LogOutputsAsync(HttpContext http, RunLog log, CancellationToken cancellationToken)
    {
        var request = await MlflowRequest.ReadAsync(http);
        var runId = request.RunId();
        var links = request.List("models", item => new ModelLink
        {
            RunId = runId,
            ModelId = item.RequiredText("model_id"),
            IsInput = false,
            Step = item.Whole("step") ?? 0,
        });
        MlflowLimits.RequireAtMost("models", MaxInputs, links.Count);
        await log.WriteAsync(http, runId, new(), (db, run, token) => db.AddModelLinksAsync(links, token), cancellationToken);
        return Empty;
    }

    /// <summary>Adds what the run does not have yet. Of two data sets with one name and digest, the first counts.</summary>
    private static async Task AddAsync(
        StoreContext db, string runId, List<DatasetInput> datasets, CancellationToken cancellationToken)
    {
        var known = await db.RunDatasets.Where(row => row.RunId == runId)
            .Select(row => new { row.Name, row.Digest }).ToListAsync(cancellationToken);
        var added = datasets.DistinctBy(input => (input.Dataset.Name, input.Dataset.Digest))
            .Where(input => !known.Exists(row => row.Name == input.Dataset.Name && row.Digest == input.Dataset.Digest)).ToList();
        MlflowLimits.RequireAtMost("datasets of one run", MaxInputs, known.Count + added.Count);
        db.RunDatasets.AddRange(added.Select((input, index) => input.ToRow(runId, known.Count + index)));
    }

    private static async Task<JsonHttpResult<Summaries>> SearchAsync(
        HttpContext http, Database database, CancellationToken cancellationToken)
    {
        var experiments = (await MlflowRequest.ReadAsync(http)).Texts("experiment_ids");
        if (experiments.Count == 0)
        {
            throw MlflowException.Invalid("SearchDatasets request must specify at least one experiment_id.");
        }
        if (experiments.Count > MaxExperiments)
        {
            throw MlflowException.Invalid(
                $"SearchDatasets request cannot specify more than {MaxExperiments} experiment_ids. "
                + $"Received {experiments.Count} experiment_ids.");
        }
        var withDefault = experiments.Contains(DefaultExperiment.Id, StringComparer.Ordinal);
        var rows = await database.ReadAsync((db, token) => (
            from dataset in db.RunDatasets
            join run in db.Runs on dataset.RunId equals run.Id
            where run.DeletedAt == null
                && ((run.ExperimentId != null && experiments.Contains(run.ExperimentId)) || (run.ExperimentId == null && withDefault))
            select new { run.ExperimentId, dataset.Name, dataset.Digest, dataset.Tags })
            .Distinct().Take(MaxSummaries).ToListAsync(token), cancellationToken);
        return Answer(new Summaries([.. rows.Select(row => new Summary(
            row.ExperimentId ?? DefaultExperiment.Id, row.Name, row.Digest,
            System.Text.Json.JsonSerializer.Deserialize<List<KeyValue>>(row.Tags, Options)?
                .Find(tag => tag.Key == DatasetInput.Context)?.Value)).Distinct()]));
    }
}
