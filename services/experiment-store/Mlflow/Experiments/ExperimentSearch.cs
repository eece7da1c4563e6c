using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Mlflow.Protocol;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.RunFilters;

namespace Trainyard.ExperimentStore.Mlflow.Experiments;

/// <summary>Searches experiments in memory: there are few, and their tags are JSON.</summary>
internal static class ExperimentSearch
{
    private const int MaxResults = 50_000;
    private const int DefaultResults = 1000;

    private static readonly RunAttribute[] Known =
    [
        new("name", AttributeKind.Text), new("experiment_id", AttributeKind.Text), new("creation_time", AttributeKind.Time),
        new("last_update_time", AttributeKind.Time),
    ];

    private static readonly FilterAttributes Attributes = new(
        string.Join(", ", Known.Select(attribute => attribute.Name)),
        name => Array.Find(Known, attribute => attribute.Name == name) is { } found ? new AttributeField(found) : null);

    internal sealed record Page(IReadOnlyList<ExperimentView> Experiments, string? NextPageToken);

    public static async Task<JsonHttpResult<Page>> RunAsync(HttpContext http, Database database, CancellationToken cancellationToken)
    {
        var request = await MlflowRequest.ReadAsync(http);
        var limit = (request.Whole("max_results") ?? DefaultResults) is > 0 and <= MaxResults and var given ? (int)given
            : throw MlflowException.Invalid(
                $"Invalid value for max_results. It must be a positive integer of at most {MaxResults}.");
        var stage = ViewType.Of(request);
        var filter = MlflowFilter.Parse(request.Text("filter"), Attributes);
        var orders = request.Texts("order_by").ConvertAll(text => MlflowFilter.ParseOrder(text, Attributes));
        var offset = PageToken.OffsetOf(request.Text("page_token"));

        var all = await database.ReadAsync(AllAsync, cancellationToken);
        var found = all
            .Where(view => stage.Includes(view.LifecycleStage == ExperimentView.Deleted))
            .Where(view => filter is null || new MemoryFilter(field => ValueOf(view, field)).Matches(filter))
            .Order(new InOrder(orders))
            .Skip(offset).Take(limit + 1).ToList();
        return MlflowJson.Answer(new Page([.. found.Take(limit)], found.Count > limit ? PageToken.At(offset + limit) : null));
    }

    private static async Task<List<ExperimentView>> AllAsync(StoreContext db, CancellationToken cancellationToken)
    {
        var extras = await db.MlflowExperiments.ToDictionaryAsync(row => row.ExperimentId, StringComparer.Ordinal, cancellationToken);
        var views = (await db.Experiments.ToListAsync(cancellationToken))
            .ConvertAll(experiment => ExperimentView.Of(experiment, extras.GetValueOrDefault(experiment.Id)));
        if (!views.Exists(view => view.ExperimentId == DefaultExperiment.Id))
        {
            views.Add(DefaultExperiment.View);
        }
        return views;
    }

    private static object? ValueOf(ExperimentView view, Field field) => field switch
    {
        TagField tag => view.Tags.FirstOrDefault(pair => pair.Key == tag.Name)?.Value,
        AttributeField { Attribute.Name: "name" } => view.Name,
        AttributeField { Attribute.Name: "experiment_id" } => view.ExperimentId,
        AttributeField { Attribute.Name: "creation_time" } => (double?)view.CreationTime,
        AttributeField { Attribute.Name: "last_update_time" } => (double?)view.LastUpdateTime,
        _ => throw MlflowException.Invalid($"Experiments have no {field}."),
    };

    /// <summary>MLflow's order: as asked, otherwise the newest first; then by id.</summary>
    private sealed class InOrder(List<(Field Field, bool Descending)> orders) : IComparer<ExperimentView>
    {
        private readonly List<(Field Field, bool Descending)> orders =
            orders.Count > 0 ? orders : [(new AttributeField(Known[2]), true)];

        public int Compare(ExperimentView? x, ExperimentView? y)
        {
            if (x is null || y is null)
            {
                return x is null ? y is null ? 0 : -1 : 1;
            }
            var order = orders.Select(by => MemoryFilter.Compare(ValueOf(x, by.Field), ValueOf(y, by.Field), by.Descending))
                .FirstOrDefault(compared => compared != 0);
            return order != 0 ? order : string.CompareOrdinal(x.ExperimentId, y.ExperimentId);
        }
    }
}
