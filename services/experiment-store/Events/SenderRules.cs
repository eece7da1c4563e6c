using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.Training;
using Trainyard.ExperimentStore.Runs;

namespace Trainyard.ExperimentStore.Events;

/// <summary>Decides which sender may report what about a run. The run's row must be locked.</summary>
internal static class SenderRules
{
    /// <summary>The reason to drop an event; null if it is accepted.</summary>
    public static Refusal? Refuse(Run run, SentEvent sent) => (run.Kind, sent) switch
    {
        (_, { From: null }) => null,
        (RunKind.External, { Sender.Worker: not null }) => Refusal.AttemptOver,
        (RunKind.External, { Event: MetricsLogged or SystemSampled or LogWritten or MediaLogged }) => null,
        (RunKind.External, { Event.Attempt: { } attempt }) when attempt < run.Attempt => Refusal.AttemptOver,
        (RunKind.External, _) => null,
        (RunKind.Own, { Sender.Worker: { } claim }) when claim.RunId == run.Id =>
            HoldsRun(claim, run, sent.Event) ? null : Refusal.AttemptOver,
        _ => IsAddition(sent.Event) ? null : Refusal.Outside,
    };

    /// <summary>True if the sender may change the run's status.</summary>
    public static bool ControlsLife(Run run, SentEvent sent) => run.Kind is RunKind.External || sent.Sender?.Worker is not null;

    /// <summary>True for series that only the trainer may write.</summary>
    public static bool IsTrainerSeries(string series) =>
        MetricNames.Trainers.Contains(series)
        || series.StartsWith(MetricNames.EvaluationPrefix, StringComparison.Ordinal)
        || series.StartsWith(MetricNames.StatisticsPrefix, StringComparison.Ordinal);

    /// <summary>A metric event without the trainer's series; null if nothing remains of it.</summary>
    public static MetricsLogged? OwnSeries(RunEvent reported)
    {
        var own = (reported as MetricsLogged)?.Measurements.Where(pair => !IsTrainerSeries(pair.Key))
            .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        return reported is MetricsLogged metrics && own is { Count: > 0 } ? metrics with { Measurements = own } : null;
    }

    private static bool HoldsRun(WorkerClaim claim, Run run, RunEvent reported) =>
        run.Status is RunStatus.Running && claim.WorkerId == run.WorkerId
        && claim.Attempt == run.Attempt && (reported.Attempt ?? claim.Attempt) == run.Attempt;

    /// <summary>True for events that any sender may add to a run of Trainyard's trainer.</summary>
    private static bool IsAddition(RunEvent reported) => reported switch
    {
        LogWritten or SystemSampled or MediaLogged => true,
        MetricsLogged metrics => !metrics.Measurements.Keys.Any(IsTrainerSeries),
        _ => false,
    };
}
