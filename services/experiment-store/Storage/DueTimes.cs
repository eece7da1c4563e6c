using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;

namespace Trainyard.ExperimentStore.Storage;

/// <summary>
/// Stored times before which something is not done again, each set to its delay from the time it was stored. One further away than its
/// delay was stored while the clock was ahead. It is due, because waiting for it could take as long as the clock was wrong.
/// </summary>
internal static class DueTimes
{
    /// <summary>How far the clocks of two replicas may differ.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    private const int MaxAhead = 1000;

    public static bool IsDue(DateTimeOffset? at, TimeSpan delay, DateTimeOffset now) =>
        at is not { } time || time <= now || time > now + delay + Tolerance;

    /// <summary>Reads the rows that are due. Those without a time are.</summary>
    /// <param name="rows">Rows that may be due.</param>
    /// <param name="at">The time of a row.</param>
    /// <param name="delay">The delay that this time was set to.</param>
    /// <param name="read">The columns to read, including those of <paramref name="at"/> and <paramref name="delay"/>.</param>
    /// <param name="now">The current time.</param>
    /// <param name="max">How many rows to read at most; those due longest come first.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    public static async Task<List<T>> DueAsync<T>(
        this IQueryable<T> rows, Expression<Func<T, DateTimeOffset?>> at, Func<T, TimeSpan> delay, Expression<Func<T, T>> read,
        DateTimeOffset now, int max, CancellationToken cancellationToken)
        where T : class
    {
        DateTimeOffset? none = null;
        var past = Expression.OrElse(Compare(at, ExpressionType.Equal, none), Compare(at, ExpressionType.LessThanOrEqual, now));
        var due = await rows.AsNoTracking().Where(Expression.Lambda<Func<T, bool>>(past, at.Parameters))
            .OrderBy(at).Take(max).Select(read).ToListAsync(cancellationToken);
        if (due.Count < max)
        {
            var time = at.Compile();
            var ahead = Compare(at, ExpressionType.GreaterThan, now + Tolerance);
            due.AddRange((await rows.AsNoTracking().Where(Expression.Lambda<Func<T, bool>>(ahead, at.Parameters))
                .OrderByDescending(at).Take(MaxAhead).Select(read).ToListAsync(cancellationToken))
                .Where(row => IsDue(time(row), delay(row), now)).Take(max - due.Count));
        }
        return due;
    }

    private static BinaryExpression Compare<T>(
        Expression<Func<T, DateTimeOffset?>> at, ExpressionType comparison, DateTimeOffset? limit)
    {
        // A captured variable becomes a parameter of the SQL, a constant a part of it.
        Expression<Func<DateTimeOffset?>> parameter = () => limit;
        return Expression.MakeBinary(comparison, at.Body, parameter.Body);
    }
}
