using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Experiments.Search;
using Trainyard.ExperimentStore.Mlflow.Experiments;
using Trainyard.ExperimentStore.Mlflow.Protocol;
using Trainyard.ExperimentStore.Storage;
using Trainyard.RunFilters;
using static Trainyard.ExperimentStore.Mlflow.Protocol.MlflowJson;

namespace Trainyard.ExperimentStore.Mlflow.Runs;

/// <summary>Searches runs with MLflow's filters, by any number of fields, then the latest start, then the id.</summary>
internal static class RunSearchEndpoint
{
    private const int DefaultResults = 1000;
    private const int MaxResults = 50_000;
    private const int MaxExperiments = 1000;
    private const int MaxOrders = 20;

    private static readonly FilterAttributes Attributes = new($"{RunAttribute.Names}, user_id, start_time, end_time", AttributeOf);

    internal sealed record Page(IReadOnlyList<RunView> Runs, string? NextPageToken);

    public static async Task<JsonHttpResult<Page>> RunAsync(HttpContext http, Database database, CancellationToken cancellationToken)
    {
        var request = await MlflowRequest.ReadAsync(http);
        var experiments = request.Texts("experiment_ids");
        if (experiments.Count > MaxExperiments)
        {
            throw MlflowException.Invalid($"A search can name at most {MaxExperiments} experiments, not {experiments.Count}.");
        }
        var limit = (request.Whole("max_results") ?? DefaultResults) is > 0 and <= MaxResults and var given ? (int)given
            : throw request.Wrong("max_results");
        var filter = MlflowFilter.Parse(request.Text("filter"), Attributes);
        var orders = request.Texts("order_by");
        if (orders.Count > MaxOrders)
        {
            throw MlflowException.Invalid($"A search can have at most {MaxOrders} orders, not {orders.Count}.");
        }
        var by = orders.ConvertAll(text => MlflowFilter.ParseOrder(text, Attributes));
        if (by.DistinctBy(order => order.Field).Count() < by.Count)
        {
            throw MlflowException.Invalid($"`order_by` contains duplicate fields: [{string.Join(", ", orders)}]");
        }
        var offset = PageToken.OffsetOf(request.Text("page_token"));
        var view = ViewType.Of(request, "run_view_type");
        return Answer(await database.ReadAsync(async (db, token) =>
        {
            var sqlite = db.Database.IsSqlite();
            var statement = Sql.Of($"""
                SELECT r.id FROM runs r WHERE {Sql.All(Conditions(experiments, view, filter, sqlite))}
                ORDER BY {Sql.Join(", ", Order(by))} LIMIT {limit + 1} OFFSET {offset}
                """);
            var ids = experiments.Count == 0 ? [] : await statement.ReadAsync(db, row => row.GetString(0), token);
            return new Page(
                await db.RunViewsAsync([.. ids.Take(limit)], token), ids.Count > limit ? PageToken.At(offset + limit) : null);
        }, cancellationToken));
    }

    private static IEnumerable<Sql> Conditions(List<string> experiments, ViewType view, Filter? filter, bool sqlite)
    {
        if (!experiments.Contains(DefaultExperiment.Id, StringComparer.Ordinal))
        {
            yield return Sql.Of($"r.experiment_id IN ({Sql.Join(", ", experiments.Select(id => Sql.Of($"{id}")))})");
        }
        else
        {
            // Runs without an experiment are in MLflow's default one.
            yield return Sql.Of(
                $"(r.experiment_id IS NULL OR r.experiment_id IN ({Sql.Join(", ", experiments.Select(id => Sql.Of($"{id}")))}))");
        }
        yield return Sql.Constant(view switch
        {
            { Active: true, Deleted: true } => "NOT r.removing",
            { Deleted: true } => "r.deleted_at IS NOT NULL AND NOT r.removing",
            _ => "r.deleted_at IS NULL",
        });
        if (filter is not null)
        {
            yield return new FilterSql(sqlite, "r.experiment_id").Condition(Translate(filter));
        }
    }

    /// <summary>Absent values come last in either direction, and NaN before them.</summary>
    private static IEnumerable<Sql> Order(List<(Field Field, bool Descending)> by)
    {
        foreach (var (field, descending) in by)
        {
            var value = FilterSql.Value(Translate(field));
            yield return field is MetricField metric
                ? Sql.Of($"""
                    CASE WHEN {value} IS NOT NULL THEN 0
                    WHEN {FilterSql.Value(metric with { Statistic = Statistic.LastStep })} IS NOT NULL THEN 1 ELSE 2 END
                    """)
                : Sql.Of($"CASE WHEN {value} IS NULL THEN 1 ELSE 0 END");
            yield return Sql.Of($"{value} {Sql.Constant(descending ? "DESC" : "ASC")}");
        }
        yield return Sql.Constant("coalesce(r.started_at, r.created_at) DESC");
        yield return Sql.Constant("r.id");
    }

    private static Field? AttributeOf(string name) => name is "user_id"
        ? new TagField(RunTags.User)
        : RunAttribute.Find(name) is { } found ? new AttributeField(found) : null;

    private static Filter Translate(Filter filter) => filter switch
    {
        AllOf all => new AllOf([.. all.Parts.Select(Translate)]),
        AnyOf any => new AnyOf([.. any.Parts.Select(Translate)]),
        Negation negation => new Negation(Translate(negation.Of)),
        Clause { Field: AttributeField { Attribute.Kind: AttributeKind.Status } } clause => RunStatuses.Widen(clause),
        // A run without an experiment is in MLflow's default one.
        Clause { Field: AttributeField { Attribute.Name: "experiment_id" }, How: Comparison.Equal, Values: [Text { Value: "0" }] } clause =>
            new AnyOf([clause, clause with { How = Comparison.IsNull, Values = [] }]),
        Clause clause => clause with { Field = Translate(clause.Field) },
        _ => filter,
    };

    /// <summary>Tags that are fields of a run in Trainyard are searched there.</summary>
    private static Field Translate(Field field) =>
        field is TagField tag && RunTags.AttributeOf(tag.Name) is { } name && RunAttribute.Find(name) is { } attribute
            ? new AttributeField(attribute)
            : field;
}
