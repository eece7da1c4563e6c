using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Mlflow.Protocol;
using Trainyard.MetricSeries;

namespace Trainyard.ExperimentStore.Mirror;

/// <summary>A value in MLflow's form.</summary>
internal sealed record MetricToSend(string Key, double Value, long Timestamp, long Step);

/// <summary>
/// Sends the points of one run in batches of all its series. A batch is recorded once it is confirmed; one without an answer is sent again
/// with the same key, time, step and value, of which an MLflow server keeps one.
/// </summary>
internal sealed class MirroredPoints(RunToMirror run, string remoteId, MlflowServer server, MirrorSource source, MirrorRecord record)
{
    private const int MaxBatchBytes = 800_000;
    private const int BytesPerValue = 120;

    private readonly List<MetricToSend> batch = [];
    private readonly Dictionary<long, MirroredSeries> reached = [];
    private int bytes;

    public async Task SendAsync(CancellationToken cancellationToken)
    {
        foreach (var series in run.Series)
        {
            var sent = run.Sent.GetValueOrDefault(series.Id) ?? new() { SeriesId = series.Id, RunId = run.Run.Id };
            while (sent.Sent < series.PointsStored)
            {
                if (await source.WindowAsync(series, sent, cancellationToken) is { } window)
                {
                    await SendAsync(series, sent, window, cancellationToken);
                }
                else
                {
                    await SendRestAsync(series, sent, cancellationToken);
                }
            }
        }
        await FlushAsync(cancellationToken);
    }

    private async Task SendAsync(Series series, MirroredSeries sent, List<Point> window, CancellationToken cancellationToken)
    {
        var key = MirrorNames.Of(series.Name);
        foreach (var point in window)
        {
            Add(key, point);
            Reach(sent, point.Seq + 1, point.Step);
            await FlushIfFullAsync(cancellationToken);
        }
    }

    /// <summary>Sends what is left by step. Its order is not that of arrival, so only its end is recorded.</summary>
    private async Task SendRestAsync(Series series, MirroredSeries sent, CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken);
        var (key, last) = (MirrorNames.Of(series.Name), sent.LastStep);
        await foreach (var point in source.RestAsync(series, sent, cancellationToken))
        {
            Add(key, point);
            last = Math.Max(last, point.Step);
            await FlushIfFullAsync(cancellationToken);
        }
        Reach(sent, series.PointsStored, last);
        await FlushAsync(cancellationToken);
    }

    private void Add(string key, Point point)
    {
        // A later attempt has replaced it.
        if (run.Attempts.TryGetValue(point.Attempt, out var attempt) && point.Step >= attempt.UntilStep)
        {
            return;
        }
        batch.Add(new(key, point.Value ?? double.NaN, Math.Max(0, Mlflow.Runs.RunReader.Milliseconds(point.Time)), point.Step));
        bytes += BytesPerValue + (4 * key.Length);
    }

    private void Reach(MirroredSeries sent, long position, long step)
    {
        (sent.Sent, sent.LastStep) = (position, Math.Max(sent.LastStep, step));
        reached[sent.SeriesId] = sent;
    }

    private Task FlushIfFullAsync(CancellationToken cancellationToken) =>
        batch.Count == MlflowLimits.MaxMetricsPerBatch || bytes > MaxBatchBytes ? FlushAsync(cancellationToken) : Task.CompletedTask;

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (batch.Count > 0)
        {
            await server.PostAsync("runs/log-batch", new { run_id = remoteId, metrics = batch }, cancellationToken);
        }
        if (reached.Count > 0)
        {
            await record.SaveAsync(run.Run.Id, reached.Values, cancellationToken);
        }
        batch.Clear();
        reached.Clear();
        bytes = 0;
    }
}
