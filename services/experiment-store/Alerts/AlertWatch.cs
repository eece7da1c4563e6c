using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.Contracts;
using Trainyard.Contracts.Alerts;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Webhooks;

namespace Trainyard.ExperimentStore.Alerts;

/// <summary>
/// Evaluates rules on new points and changed states, inside the transaction that stores them and locks their runs. A firing is a row of
/// the same transaction, so redelivered events can't fire twice.
/// </summary>
internal sealed class AlertWatch(
    AlertRules rules, SealedSecrets secrets, IOptions<AlertOptions> options, TimeProvider clock) : IBeforeCommit
{
    private const int MaxMessageCharacters = 1024;

    /// <summary>Fires the rules that this transaction triggers.</summary>
    public async ValueTask BeforeCommitAsync(StoreContext db, CancellationToken cancellationToken)
    {
        var ends = db.Outgoing.Exists(message => message is StatusChange { NewStatus: var status } && RunLife.IsOver(status));
        var batches = db.Outgoing.OfType<WrittenPoints>().ToList();
        if (!ends && batches.Count == 0)
        {
            return;
        }
        var current = await rules.CurrentAsync(db, cancellationToken);
        var hits = new List<AlertHit>();
        if (current.HasMetricRules)
        {
            foreach (var written in batches)
            {
                await CheckMetricsAsync(db, current, written, hits, cancellationToken);
            }
        }
        if (ends && current.OnEnds.Count > 0)
        {
            await CheckEndsAsync(db, current, hits, cancellationToken);
        }
        await FireAsync(db, hits, cancellationToken);
    }

    /// <summary>Stores and announces the hits whose rule has not yet fired for the attempt.</summary>
    public async Task FireAsync(StoreContext db, IReadOnlyCollection<AlertHit> hits, CancellationToken cancellationToken)
    {
        if (hits.Count == 0)
        {
            return;
        }
        var (alerts, runs) = (hits.Select(hit => hit.Rule.Id).Distinct().ToArray(), hits.Select(hit => hit.Run.Id).Distinct().ToArray());
        // The copy of the rules may contain deleted ones.
        var existing = await db.AlertRules.Where(rule => alerts.Contains(rule.Id)).Select(rule => rule.Id).ToListAsync(cancellationToken);
        var fired = (await db.AlertFirings
            .Where(firing => runs.Contains(firing.RunId) && alerts.Contains(firing.AlertId))
            .Select(firing => new { firing.AlertId, firing.RunId, firing.Attempt })
            .ToListAsync(cancellationToken)).Select(firing => (firing.AlertId, firing.RunId, firing.Attempt)).ToHashSet();
        foreach (var hit in hits.Where(hit => existing.Contains(hit.Rule.Id) && fired.Add((hit.Rule.Id, hit.Run.Id, hit.Attempt))))
        {
            Fire(db, hit);
        }
    }

    private void Fire(StoreContext db, AlertHit hit)
    {
        var (rule, run) = (hit.Rule, hit.Run);
        var webhook = rule.WebhookUrl ?? (options.Value.WebhookUrl is { Length: > 0 } address ? secrets.SealAddress(address) : null);
        var now = clock.GetUtcNow();
        var firing = new AlertFiring
        {
            Id = Identifier.Create("firing"),
            AlertId = rule.Id,
            RunId = run.Id,
            Attempt = hit.Attempt,
            Kind = rule.Kind,
            Metric = hit.Metric,
            Step = hit.Step,
            Value = hit.Value is { } value && !double.IsNaN(value) ? value : null,
            Message = StorableText.Clean(hit.Message, MaxMessageCharacters),
            FiredAt = now,
            WebhookUrl = webhook,
            WebhookDueAt = webhook is null ? null : now,
        };
        db.AlertFirings.Add(firing);
        var alert = new AlertFired(firing.Id, rule.Id, rule.Name, rule.Kind, run.Id, run.Name, run.ExperimentId, hit.Attempt,
            hit.Metric, hit.Step, hit.Value, firing.Message, firing.FiredAt);
        db.Outgoing.Add(AlertUpdate.Of(alert));
        db.Outgoing.Add(alert);
    }

    private static async Task CheckEndsAsync(StoreContext db, RuleSet current, List<AlertHit> hits, CancellationToken cancellationToken)
    {
        foreach (var change in db.Outgoing.OfType<StatusChange>().Where(change => RunLife.IsOver(change.NewStatus)).ToList())
        {
            if (await db.Runs.FindAsync([change.RunId], cancellationToken) is not { } run)
            {
                continue;
            }
            var status = change.NewStatus is RunStatus.Failed ? "has failed" : $"is {change.NewStatus.Name()}";
            var message = $"The run {status}{(change.Message is { Length: > 0 } why ? $": {why}" : ".")}";
            hits.AddRange(current.OnEnds
                .Where(rule => rule.Covers(run) && (rule.Kind is AlertKind.Finished || change.NewStatus is RunStatus.Failed))
                .Select(rule => new AlertHit(rule, run, change.Attempt, message)));
        }
    }

    private static async Task CheckMetricsAsync(
        StoreContext db, RuleSet current, WrittenPoints written, List<AlertHit> hits, CancellationToken cancellationToken)
    {
        var watches = await WatchesAsync(db, current, written.Series, cancellationToken);
        if (watches.Count == 0)
        {
            return;
        }
        var states = await StatesAsync(db, watches, cancellationToken);
        foreach (var point in written.Points)
        {
            if (!watches.TryGetValue(point.SeriesId, out var watch) || point.Attempt != watch.Run.Attempt)
            {
                continue;
            }
            foreach (var rule in watch.Rules)
            {
                var state = states[(rule.Id, watch.Run.Id)];
                var value = point.Value ?? double.NaN;
                if (!state.Fired && MetricRule.Evaluate(rule, state, point.Step, value) is { } finding)
                {
                    state.Fired = true;
                    hits.Add(new(rule, watch.Run, point.Attempt, $"{watch.Metric} {finding}.", watch.Metric, point.Step, value));
                }
            }
        }
    }

    private static async Task<Dictionary<long, Watch>> WatchesAsync(
        StoreContext db, RuleSet current, IEnumerable<Series> written, CancellationToken cancellationToken)
    {
        var watches = new Dictionary<long, Watch>();
        foreach (var series in written)
        {
            var rules = current.On(series.Name).ToList();
            if (rules.Count > 0 && await db.Runs.FindAsync([series.RunId], cancellationToken) is { } run
                && rules.FindAll(rule => rule.Covers(run)) is { Count: > 0 } covering)
            {
                watches[series.Id] = new(run, series.Name, covering);
            }
        }
        return watches;
    }

    /// <summary>Loads the states of rules that have one. Other rules get a new state for each batch.</summary>
    private static async Task<Dictionary<(string Alert, string Run), AlertState>> StatesAsync(
        StoreContext db, Dictionary<long, Watch> watches, CancellationToken cancellationToken)
    {
        var wanted = watches.Values
            .SelectMany(watch => watch.Rules.Select(rule => (Rule: rule, watch.Run)))
            .DistinctBy(pair => (pair.Rule.Id, pair.Run.Id)).ToList();
        var kept = wanted.FindAll(pair => pair.Rule.HasState);
        var (alerts, runs) = (
            kept.Select(pair => pair.Rule.Id).Distinct().ToArray(), kept.Select(pair => pair.Run.Id).Distinct().ToArray());
        var states = kept.Count == 0 ? [] : await db.AlertStates
            .Where(state => runs.Contains(state.RunId) && alerts.Contains(state.AlertId))
            .ToDictionaryAsync(state => (state.AlertId, state.RunId), cancellationToken);
        foreach (var (rule, run) in wanted)
        {
            if (!states.TryGetValue((rule.Id, run.Id), out var state))
            {
                states[(rule.Id, run.Id)] = state = new AlertState { AlertId = rule.Id, RunId = run.Id, Attempt = run.Attempt };
                if (rule.HasState)
                {
                    db.AlertStates.Add(state);
                }
            }
            if (state.Attempt != run.Attempt)
            {
                state.StartOver(run.Attempt);
            }
        }
        return states;
    }

    private sealed record Watch(Run Run, string Metric, List<AlertRule> Rules);
}

/// <summary>A rule whose condition is met.</summary>
internal sealed record AlertHit(
    AlertRule Rule, Run Run, int Attempt, string Message, string? Metric = null, long? Step = null, double? Value = null);
