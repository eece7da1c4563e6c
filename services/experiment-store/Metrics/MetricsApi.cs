using Microsoft.AspNetCore.Http.HttpResults;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.OpenApi;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>Summary of a series' clean curve. NaN and infinities are counted separately and never minimum or maximum.</summary>
internal sealed record SeriesLatest(
    string Name, long Step, double Value, DateTimeOffset Time, double? Min, long? MinStep, double? Max, long? MaxStep,
    long Count, long NanCount, long InfiniteCount);

/// <summary>A page of a run's series, ordered by name.</summary>
internal sealed record LatestMetrics(string RunId, IReadOnlyList<SeriesLatest> Series, string? NextCursor);

internal static class MetricsApi
{
    private const string HistoryExample = """
        {"run_id":"abc-123","series":[{"name":"train_loss","count":2,"summarised":false,"points":[
          {"step":1,"time":"2026-01-05T12:34:56Z","value":2.31},{"step":2,"time":"2026-01-05T12:34:57Z","value":"NaN"}]},
          {"name":"val_loss","count":9000000,"summarised":true,"buckets":[{"from_step":0,"to_step":65535,"time":"2026-01-05T12:34:57Z",
          "min":1.9,"max":10.8,"mean":3.2,"last":2.0,"count":65536,"nan_count":1,"infinite_count":0}]}],"total_series":2}
        """;

    public static RouteGroupBuilder MapMetrics(this IEndpointRouteBuilder endpoints)
    {
        var metrics = endpoints.MapGroup("/runs/{runId}/metrics").WithTags("Metrics");
        metrics.MapGet("", HistoryAsync).WithName("GetMetricHistory").WithSummary("Curves of a run, summarised beyond max_points")
            .WithResponseExample(HistoryExample);
        metrics.MapGet("/latest", LatestAsync).WithName("GetLatestMetrics")
            .WithSummary("Last value, extremes and counts of series, ordered by name")
            .WithResponseExample("""
                {"run_id":"abc-123","series":[{"name":"train_loss","step":900,"value":2.0,"time":"2026-01-05T12:34:56Z",
                "min":1.9,"min_step":850,"max":10.8,"max_step":1,"count":900,"nan_count":0,"infinite_count":0}],"next_cursor":null}
                """);

        var several = endpoints.MapGroup("/metrics").WithTags("Metrics").WithErrors(ErrorCode.RunNotFound);
        several.MapGet("", GetHistoriesAsync)
            .WithName("GetMetricHistories").WithSummary("Curves of several runs")
            .WithResponseExample($$"""{"runs":[{{HistoryExample}}]}""");
        several.MapPost("/query", QueryHistoriesAsync)
            .WithName("QueryMetricHistories").WithSummary("Curves of several runs, for lists too long for a URL")
            .WithRequestExample("""
                {"runs":["abc-123","abc-124"],"keys":["train_loss","val_loss"],"from_step":0,"to_step":100000,"max_points":500}
                """)
            .WithResponseExample($$"""{"runs":[{{HistoryExample}}]}""");
        return metrics;
    }

    private static async Task<Ok<MetricHistory>> HistoryAsync(
        string runId, [AsParameters] HistoryQuery query, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync((db, token) => query.RunAsync(db, runId, token), cancellationToken));

    private static async Task<Ok<LatestMetrics>> LatestAsync(
        string runId, [AsParameters] LatestQuery query, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync((db, token) => query.RunAsync(db, runId, token), cancellationToken));

    private static async Task<Ok<Histories>> GetHistoriesAsync(
        [AsParameters] HistoriesQuery query, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync((db, token) => query.Wanted().RunAsync(db, token), cancellationToken));

    private static async Task<Ok<Histories>> QueryHistoriesAsync(
        HistoriesWanted wanted, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync(wanted.RunAsync, cancellationToken));
}
