using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Mlflow.Protocol;
using Trainyard.ExperimentStore.Mlflow.Runs;
using Trainyard.ExperimentStore.Storage;
using static Trainyard.ExperimentStore.Mlflow.Protocol.MlflowJson;

namespace Trainyard.ExperimentStore.Mlflow.Metrics;

/// <summary>Histories of metrics: of one run page by page, or of several for charts.</summary>
internal static class HistoryEndpoints
{
    private const int MaxRuns = 100;
    private const int MaxBulkResults = 25_000;
    private const int MaxPageResults = 1_000_000;
    private const int FlushBytes = 64 * 1024;

    public static void MapMetrics(this IEndpointRouteBuilder api)
    {
        var metrics = api.MapGroup("/metrics");
        metrics.MapGet("/get-history", HistoryAsync);
        metrics.MapGet("/get-history-bulk", BulkAsync);
        metrics.MapGet("/get-history-bulk-interval", IntervalEndpoint.RunAsync);
    }

    internal sealed record Histories(IReadOnlyList<MetricView> Metrics);

    /// <summary>The last value of a page, after which the next one begins.</summary>
    private sealed record Place(long Step, long Seq);

    /// <summary>Streams a history: without max_results it has all values, however many.</summary>
    private static async Task HistoryAsync(
        HttpContext http, Database database, HistoryReader reader, CancellationToken cancellationToken)
    {
        var request = await MlflowRequest.ReadAsync(http);
        var (runId, key) = (request.RunId(), request.RequiredText("metric_key"));
        var limit = request.Whole("max_results");
        if (limit is <= 0 or > MaxPageResults)
        {
            throw request.Wrong("max_results");
        }
        var after = request.Text("page_token") is { Length: > 0 } token ? PageToken.Read<Place>(token) : null;
        await database.ReadAsync((db, cancel) => db.ReadableRunAsync(http, runId, cancel), cancellationToken);

        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteStartArray("metrics");
        var (written, last, more) = (0L, after, false);
        var range = new StepRange(after?.Step ?? -PointWriter.FurthestStep, PointWriter.FurthestStep);
        await foreach (var chunk in reader.ReadAsync(runId, key, range, cancellationToken))
        {
            foreach (var (metric, seq) in chunk)
            {
                if (after is not null && metric.Step == after.Step && seq <= after.Seq)
                {
                    continue;
                }
                if (written == limit)
                {
                    more = true;
                    break;
                }
                JsonSerializer.Serialize(json, metric, Options);
                (written, last) = (written + 1, new(metric.Step, seq));
                if (json.BytesPending > FlushBytes)
                {
                    await json.FlushAsync(cancellationToken);
                    await http.Response.BodyWriter.FlushAsync(cancellationToken);
                }
            }
            if (more)
            {
                break;
            }
        }
        json.WriteEndArray();
        if (more && last is not null)
        {
            json.WriteString("next_page_token", PageToken.Of(last));
        }
        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
    }

    private static async Task<JsonHttpResult<Histories>> BulkAsync(
        HttpContext http, Database database, HistoryReader reader, CancellationToken cancellationToken)
    {
        var request = await MlflowRequest.ReadAsync(http);
        var runs = request.Texts("run_id");
        if (runs.Count == 0)
        {
            throw MlflowException.Invalid("GetMetricHistoryBulk request must specify at least one run_id.");
        }
        if (runs.Count > MaxRuns)
        {
            throw MlflowException.Invalid(
                $"GetMetricHistoryBulk request cannot specify more than {MaxRuns} run_ids. Received {runs.Count} run_ids.");
        }
        var key = request.Text("metric_key")
            ?? throw MlflowException.Invalid("GetMetricHistoryBulk request must specify a metric_key.");
        var limit = (int)Math.Clamp(request.Whole("max_results") ?? MaxBulkResults, 0, MaxBulkResults);
        var found = new List<MetricView>();
        foreach (var run in runs.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            await database.ReadAsync((db, token) => db.ReadableRunAsync(http, run, token), cancellationToken);
            var values = await TakeAsync(reader, run, key, limit - found.Count, cancellationToken);
            found.AddRange(values.OrderBy(metric => metric.Timestamp).ThenBy(metric => metric.Step).ThenBy(metric => metric.Value));
        }
        return Answer(new Histories(found));
    }

    private static async Task<List<MetricView>> TakeAsync(
        HistoryReader reader, string runId, string key, int limit, CancellationToken cancellationToken)
    {
        var values = new List<MetricView>();
        var everything = new StepRange(-PointWriter.FurthestStep, PointWriter.FurthestStep);
        if (limit <= 0)
        {
            return values;
        }
        await foreach (var chunk in reader.ReadAsync(runId, key, everything, cancellationToken))
        {
            values.AddRange(chunk.Take(limit - values.Count).Select(point => point.Metric with { RunId = runId }));
            if (values.Count >= limit)
            {
                break;
            }
        }
        return values;
    }
}
