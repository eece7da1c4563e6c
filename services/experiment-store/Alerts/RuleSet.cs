using Trainyard.Contracts.Alerts;

namespace Trainyard.ExperimentStore.Alerts;

/// <summary>All rules, indexed by what triggers them.</summary>
internal sealed class RuleSet
{
    public static readonly RuleSet Empty = new([]);

    private readonly ILookup<string, AlertRule> byMetric;
    private readonly AlertRule[] onAnyMetric;

    public RuleSet(IReadOnlyCollection<AlertRule> rules)
    {
        var onMetrics = rules.Where(rule => rule.IsOnMetrics).ToList();
        byMetric = onMetrics.Where(rule => rule.Metric is not null).ToLookup(rule => rule.Metric ?? "", StringComparer.Ordinal);
        onAnyMetric = [.. onMetrics.Where(rule => rule.Metric is null)];
        HasMetricRules = onMetrics.Count > 0;
        OnEnds = [.. rules.Where(rule => rule.Kind is AlertKind.Failed or AlertKind.Finished)];
        Stalled = [.. rules.Where(rule => rule.Kind is AlertKind.Stalled)];
    }

    public bool HasMetricRules { get; }

    public IReadOnlyList<AlertRule> OnEnds { get; }

    public IReadOnlyList<AlertRule> Stalled { get; }

    public IEnumerable<AlertRule> On(string metric) => byMetric[metric].Concat(onAnyMetric);
}
