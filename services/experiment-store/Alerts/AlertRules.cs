using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Alerts;

/// <summary>
/// This replica's copy of the rules. Reloaded when a replica changes them, and every few seconds in case Redis lost the notification.
/// </summary>
internal sealed class AlertRules(IOptions<AlertOptions> options)
{
    private readonly TimeSpan maxAge = options.Value.RefreshEvery;
    private int version;
    private volatile Copy? latest;

    public void Refresh() => Interlocked.Increment(ref version);

    public async ValueTask<RuleSet> CurrentAsync(StoreContext db, CancellationToken cancellationToken)
    {
        // Take the version before reading, so that a concurrent change invalidates the copy.
        var current = Volatile.Read(ref version);
        if (latest is { } copy && copy.Version == current && Stopwatch.GetElapsedTime(copy.ReadAt) < maxAge)
        {
            return copy.Rules;
        }
        var readAt = Stopwatch.GetTimestamp();
        var rules = await db.AlertRules.AsNoTracking().ToListAsync(cancellationToken);
        var read = rules.Count == 0 ? RuleSet.Empty : new RuleSet(rules);
        latest = new(read, current, readAt);
        return read;
    }

    private sealed record Copy(RuleSet Rules, int Version, long ReadAt);
}
