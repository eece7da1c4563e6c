using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.MetricSeries.Summaries;

namespace Trainyard.ExperimentStore.Metrics;

internal enum Share
{
    None,
    Part,
    All,
}

/// <summary>Selects points between two steps: of the clean curve, of one attempt, or of all.</summary>
/// <param name="From">The first step.</param>
/// <param name="To">The last step.</param>
/// <param name="Attempt">The attempt, or null for several.</param>
/// <param name="Until">The step from which each superseded attempt no longer counts.</param>
internal sealed record Selection(long From, long To, int? Attempt, IReadOnlyDictionary<int, long> Until)
{
    private const int AllAttempts = 0;
    private static readonly Dictionary<int, long> NoneReplaced = [];

    public static readonly Selection Everything = new(-PointWriter.FurthestStep, PointWriter.FurthestStep, Attempt: null, NoneReplaced);

    /// <summary>
    /// Selects a range of steps. <paramref name="attempt"/> is null for the clean curve, 0 for all attempts, else the number of one.
    /// </summary>
    public static async Task<Selection> OfAsync(
        StoreContext db, string runId, long? from, long? to, int? attempt, CancellationToken cancellationToken)
    {
        var until = attempt is not null ? NoneReplaced : await db.Attempts
            .Where(row => row.RunId == runId && row.UntilStep < long.MaxValue)
            .ToDictionaryAsync(row => row.Number, row => row.UntilStep, cancellationToken);
        return new(Bound(from ?? long.MinValue), Bound(to ?? long.MaxValue), attempt is AllAttempts ? null : attempt, until);
    }

    public bool Has(int attempt, long step) => step >= From && step <= Last(attempt) && (Attempt is null || attempt == Attempt);

    /// <summary>How much of a summary is selected.</summary>
    public Share Of(Summary summary)
    {
        var last = Last(summary.Attempt);
        return summary.LastStep < From || summary.FirstStep > last || (Attempt is { } only && summary.Attempt != only) ? Share.None
            : summary.FirstStep >= From && summary.LastStep <= last ? Share.All
            : Share.Part;
    }

    private long Last(int attempt) => Until.TryGetValue(attempt, out var until) ? Math.Min(To, until - 1) : To;

    private static long Bound(long step) => Math.Clamp(step, -PointWriter.FurthestStep, PointWriter.FurthestStep);
}
