using Microsoft.Extensions.Options;
using Trainyard.Contracts.Events;
using Trainyard.ExperimentStore.Events;
using Trainyard.ExperimentStore.Mlflow.Protocol;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Mlflow.Runs;

/// <summary>What one request logs to a run.</summary>
internal sealed record RunEntries
{
    public IReadOnlyList<LoggedMetric> Metrics { get; init; } = [];

    public IReadOnlyList<KeyValue> Params { get; init; } = [];

    public IReadOnlyList<KeyValue> Tags { get; init; } = [];

    public void Require()
    {
        foreach (var metric in Metrics)
        {
            metric.Require();
        }
        foreach (var param in Params)
        {
            MlflowLimits.RequireName("parameter", param.Key);
        }
        foreach (var tag in Tags)
        {
            MlflowLimits.RequireName("tag", tag.Key);
        }
        MlflowLimits.RequireAtMost("metrics", MlflowLimits.MaxMetricsPerBatch, Metrics.Count);
        MlflowLimits.RequireAtMost("params", MlflowLimits.MaxParamsPerBatch, Params.Count);
        MlflowLimits.RequireAtMost("tags", MlflowLimits.MaxTagsPerBatch, Tags.Count);
        MlflowLimits.RequireAtMost(
            "metrics, params, and tags", MlflowLimits.MaxEntitiesPerBatch, Metrics.Count + Params.Count + Tags.Count);
        var twice = Params.CountBy(param => param.Key).Where(count => count.Value > 1).Select(count => $"'{count.Key}'").ToList();
        if (twice.Count > 0)
        {
            throw MlflowException.Invalid(
                $"Duplicate parameter keys have been submitted: [{string.Join(", ", twice)}]. Please ensure the request contains only one "
                + "param value per param key.");
        }
    }
}

/// <summary>
/// Logs to runs in one transaction, committed before the answer: clients read what they have just written. Values pass through the same
/// code as events, so live updates, alerts and summaries hold.
/// </summary>
internal sealed class RunLog(Database database, EventWriter events, IOptions<RunOptions> options, TimeProvider clock)
{
    /// <param name="http">The request.</param>
    /// <param name="runId">The run.</param>
    /// <param name="entries">What to log.</param>
    /// <param name="also">Changes more in the same transaction.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public Task WriteAsync(
        HttpContext http, string runId, RunEntries entries, Func<StoreContext, Run, CancellationToken, Task>? also,
        CancellationToken cancellationToken)
    {
        entries.Require();
        return database.WriteAsync(async (db, token) =>
        {
            var now = clock.GetUtcNow();
            var run = (await db.HeldRunAsync(http, runId, token)).Active();
            run.UpdatedAt = now;
            var cut = await ParamWriter.AddAsync(db, run, entries.Params, token);
            cut.AddRange(await TagWriter.SetAsync(db, run, entries.Tags, token));
            if (also is not null)
            {
                await also(db, run, token);
            }
            List<RunEvent> reported =
            [
                .. await MetricWriter.EventsAsync(db, run, entries.Metrics, options.Value, token),
                .. cut.Select(message => new LogWritten
                {
                    EventId = Guid.CreateVersion7(), RunId = runId, Time = now, Level = "warning", Message = message,
                }),
            ];
            // Whatever a client logs shows that its run is alive.
            reported = reported.Count > 0 ? reported : [new RunHeartbeat { EventId = Guid.CreateVersion7(), RunId = runId, Time = now }];
            await events.ApplyAsync(db, reported, now, token);
        }, cancellationToken);
    }
}
