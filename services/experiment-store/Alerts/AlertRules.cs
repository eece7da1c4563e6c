using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Alerts;

/// <summary>
/// This replica's copy of the rules: read again when some replica has changed them, and every few seconds for the case that
/// Redis did not tell.
/// </summary>
internal sealed class AlertRules : IDisposable
{
    private readonly LiveHub hub;
    private readonly TimeSpan longest;
    private int version;
    private volatile Copy? latest;

    public AlertRules(LiveHub hub, IOptions<AlertOptions> options)
    {
        (this.hub, longest) = (hub, TimeSpan.FromSeconds(options.Value.RefreshSeconds));
        hub.RulesChanged += Hear;
    }

    public void Refresh() => Interlocked.Increment(ref version);

    public async ValueTask<RuleSet> CurrentAsync(StoreContext db, CancellationToken cancellationToken)
    {
        // Before reading: a change made meanwhile makes the copy old at once.
        var wanted = Volatile.Read(ref version);
        if (latest is { } copy && copy.Version == wanted && Stopwatch.GetElapsedTime(copy.ReadAt) < longest)
        {
            return copy.Rules;
        }
        var readAt = Stopwatch.GetTimestamp();
        var rules = await db.AlertRules.AsNoTracking().ToListAsync(cancellationToken);
        var read = rules.Count == 0 ? RuleSet.Empty : new RuleSet(rules);
        latest = new(read, wanted, readAt);
        return read;
    }

    private void Hear(object? sender, EventArgs change) => Refresh();

    public void Dispose() => hub.RulesChanged -= Hear;

    private sealed record Copy(RuleSet Rules, int Version, long ReadAt);
}
