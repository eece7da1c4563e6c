using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Mlflow.Runs;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Mlflow.Metrics;

/// <summary>Reads the values of a metric in the order of their steps, and of arrival within a step.</summary>
internal sealed class HistoryReader(Database database, PointReader points)
{
    /// <summary>
    /// The values between two steps that no later attempt of the run replaced. What retention has compacted is read as means of minutes.
    /// </summary>
    public async IAsyncEnumerable<IReadOnlyList<(MetricView Metric, long Seq)>> ReadAsync(
        string runId, string key, StepRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (series, until) = await database.ReadAsync(async (db, token) => (
            await db.Series.SingleOrDefaultAsync(row => row.RunId == runId && row.Name == key, token),
            await db.Attempts.Where(attempt => attempt.RunId == runId)
                .ToDictionaryAsync(attempt => attempt.Number, attempt => attempt.UntilStep, token)), cancellationToken);
        if (series is null)
        {
            yield break;
        }
        await foreach (var chunk in points.ReadAsync(series, range, attempt: null, cancellationToken))
        {
            yield return [.. chunk.Points
                .Where(point => point.Step < until.GetValueOrDefault(point.Attempt, long.MaxValue))
                .Select(point => (
                    new MetricView(key, point.Value ?? double.NaN, RunReader.Milliseconds(point.Time), point.Step), point.Seq))];
        }
    }
}
