using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.Training;
using Trainyard.ExperimentStore.Runs;

namespace Trainyard.ExperimentStore.Events;

/// <summary>Who may say what of a run, judged while the run is held.</summary>
internal static class Speaking
{
    /// <summary>Why an event may not count; null when it may.</summary>
    public static Uncounted? Refuse(Run run, SentEvent sent) => (run.Kind, sent) switch
    {
        (_, { From: null }) => null,
        (RunKind.External, { Sender.Worker: not null }) => Uncounted.AttemptOver,
        (RunKind.External, { Event: MetricsLogged or SystemSampled or LogWritten }) => null,
        (RunKind.External, { Event.Attempt: { } attempt }) when attempt < run.Attempt => Uncounted.AttemptOver,
        (RunKind.External, _) => null,
        (RunKind.Own, { Sender.Worker: { } claim }) when claim.RunId == run.Id => HoldsRun(claim, run, sent.Event) ? null : Uncounted.AttemptOver,
        _ => IsAside(sent.Event) ? null : Uncounted.Outside,
    };

    /// <summary>Whether what is said is the run's own word, which moves its life along.</summary>
    public static bool IsItsOwn(Run run, SentEvent sent) => run.Kind is RunKind.External || sent.Sender?.Worker is not null;

    /// <summary>Whether the trainer writes this series itself, so that nobody else may.</summary>
    public static bool IsTheTrainers(string series) =>
        MetricNames.Trainers.Contains(series) || series.StartsWith(MetricNames.EvaluationPrefix, StringComparison.Ordinal);

    private static bool HoldsRun(WorkerClaim claim, Run run, RunEvent one) =>
        run.Status is RunStatus.Running && claim.WorkerId == run.WorkerId
        && claim.Attempt == run.Attempt && (one.Attempt ?? claim.Attempt) == run.Attempt;

    /// <summary>What anybody may add to a run of our trainer.</summary>
    private static bool IsAside(RunEvent one) => one switch
    {
        LogWritten or SystemSampled => true,
        MetricsLogged metrics => !metrics.Measurements.Keys.Any(IsTheTrainers),
        _ => false,
    };
}
