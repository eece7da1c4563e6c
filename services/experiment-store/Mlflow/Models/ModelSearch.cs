using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Mlflow.Protocol;
using Trainyard.ExperimentStore.Storage;
using Trainyard.RunFilters;

namespace Trainyard.ExperimentStore.Mlflow.Models;

/// <summary>Searches the logged models of experiments, in memory: their parameters, tags and metrics are JSON.</summary>
internal static class ModelSearch
{
    private const int DefaultResults = 100;
    private const int MaxResults = 1000;
    private const int MaxExperiments = 1000;
    private const int MaxModels = 50_000;

    private static readonly RunAttribute[] Known =
    [
        new("creation_timestamp", AttributeKind.Time), new("name", AttributeKind.Text), new("model_id", AttributeKind.Text),
        new("model_type", AttributeKind.Text), new("status", AttributeKind.Text), new("source_run_id", AttributeKind.Text),
        new("experiment_id", AttributeKind.Text), new("last_updated_timestamp", AttributeKind.Time),
    ];

    private static readonly FilterAttributes Attributes = new(
        string.Join(", ", Known.Select(attribute => attribute.Name)),
        name => Array.Find(Known, attribute => attribute.Name == name) is { } found ? new AttributeField(found) : null);

    internal sealed record Page(IReadOnlyList<ModelView> Models, string? NextPageToken);

    public static async Task<JsonHttpResult<Page>> RunAsync(HttpContext http, Database database, CancellationToken cancellationToken)
    {
        var request = await MlflowRequest.ReadAsync(http);
        var experiments = request.Texts("experiment_ids");
        if (experiments.Count is 0 or > MaxExperiments)
        {
            throw experiments.Count == 0 ? MlflowException.Missing("experiment_ids") : request.Wrong("experiment_ids");
        }
        var limit = (request.Whole("max_results") ?? DefaultResults) is > 0 and <= MaxResults and var given ? (int)given
            : throw request.Wrong("max_results");
        var filter = MlflowFilter.Parse(request.Text("filter"), Attributes);
        var orders = request.List("order_by", item => (
            MlflowFilter.ParseOrder(item.RequiredText("field_name"), Attributes).Field, Descending: item.Truth("ascending") is not true));
        var offset = PageToken.OffsetOf(request.Text("page_token"));

        var all = await database.ReadAsync((db, token) => db.LoggedModels.Where(model => experiments.Contains(model.ExperimentId))
            .OrderByDescending(model => model.CreatedAt).ThenBy(model => model.Id).Take(MaxModels).ToListAsync(token), cancellationToken);
        var found = all.ConvertAll(ModelView.Of)
            .Where(view => filter is null || new MemoryFilter(field => ValueOf(view, field)).Matches(filter));
        var sorted = orders.AsEnumerable().Reverse().Aggregate(found, (models, order) => models.Order(Comparer<ModelView>.Create(
            (one, other) => MemoryFilter.Compare(ValueOf(one, order.Field), ValueOf(other, order.Field), order.Descending))));
        var page = sorted.Skip(offset).Take(limit + 1).ToList();
        return MlflowJson.Answer(new Page([.. page.Take(limit)], page.Count > limit ? PageToken.At(offset + limit) : null));
    }

    private static object? ValueOf(ModelView view, Field field) => field switch
    {
        MetricField metric => view.Data.Metrics.Where(value => value.Key == metric.Name)
            .OrderBy(value => value.Step).ThenBy(value => value.Timestamp).Select(value => (double?)value.Value).LastOrDefault(),
        ParamField param => view.Data.Params.FirstOrDefault(pair => pair.Key == param.Name)?.Value,
        TagField tag => view.Info.Tags.FirstOrDefault(pair => pair.Key == tag.Name)?.Value,
        AttributeField { Attribute.Name: var name } => name switch
        {
            "creation_timestamp" => (double)view.Info.CreationTimestampMs,
            "last_updated_timestamp" => (double)view.Info.LastUpdatedTimestampMs,
            "name" => view.Info.Name,
            "model_id" => view.Info.ModelId,
            "model_type" => view.Info.ModelType,
            "status" => view.Info.Status["LOGGED_MODEL_".Length..],
            "source_run_id" => view.Info.SourceRunId,
            _ => view.Info.ExperimentId,
        },
        _ => null,
    };
}
