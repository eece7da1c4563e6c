using Microsoft.Extensions.Options;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.TrainEvents;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.TrainEvents;

namespace Trainyard.ExperimentStore.Events.Announcements;

/// <summary>
/// Publishes training events of what was committed: everything of external runs, and of Trainyard's own what no worker can tell, such as
/// the cancellation of a queued run or the death of a worker.
/// </summary>
internal sealed class RunAnnouncements(TrainEventPublisher publisher, IOptions<TrainEventOptions> settings, TimeProvider time)
    : IAfterCommit
{
    private const int MaxRuns = 10_000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, ExternalRun> runs = new(StringComparer.Ordinal);

    public void AfterCommit(IReadOnlyList<object> outgoing)
    {
        if (!publisher.IsEnabled || !outgoing.Any(message => message is RunNews))
        {
            return;
        }
        lock (gate)
        {
            foreach (var news in outgoing.OfType<RunNews>().OrderBy(news => news.Order))
            {
                switch (news)
                {
                    case RunReported { Run.Kind: RunKind.External } reported:
                        var reporting = Of(reported.Run);
                        Publish(reporting.Announce(reported), reported.Run, reporting.Describe, reported.Run.Attempt, reported.Event.Time);
                        break;
                    case RunMoved { Run.Kind: RunKind.External } moved:
                        var moving = Of(moved.Run);
                        Publish(moving.Announce(moved), moved.Run, moving.Describe, moved.Attempt, moved.Run.UpdatedAt);
                        if (RunLife.IsOver(moved.To))
                        {
                            runs.Remove(moved.Run.Id);
                        }
                        break;
                    case RunMoved moved when OfOwn(moved, outgoing) is { } happened:
                        Publish([happened], moved.Run, RunDescription.Of, moved.Attempt, moved.Run.UpdatedAt);
                        break;
                }
            }
        }
    }

    /// <summary>What to tell of a run of Trainyard's trainer; null if a worker tells it, or nothing has ended.</summary>
    private static TrainEvent? OfOwn(RunMoved moved, IReadOnlyList<object> outgoing)
    {
        if (outgoing.Any(message => message is RunReported { Event: RunStopped } told && told.Run == moved.Run))
        {
            return null;
        }
        return moved.To switch
        {
            RunStatus.Failed => RunFailures.Of(moved.Run),
            RunStatus.Cancelled => new TrainStopped { Reason = TrainStopReason.Cancelled },
            // A failed run ends for good in the same transaction, and is told by that.
            RunStatus.Interrupted when moved.Run.Status is RunStatus.Queued => new TrainStopped { Reason = TrainStopReason.Retry },
            RunStatus.Interrupted when moved.Run is { Status: RunStatus.Interrupted, Asked: RunRequest.Pause } =>
                new TrainStopped { Reason = TrainStopReason.Paused },
            RunStatus.Interrupted when moved.Run.Status is RunStatus.Interrupted => new TrainStopped { Reason = TrainStopReason.Shutdown },
            _ => null,
        };
    }

    private ExternalRun Of(Run run)
    {
        if (runs.TryGetValue(run.Id, out var known))
        {
            return known;
        }
        if (runs.Count >= MaxRuns)
        {
            foreach (var (id, _) in runs.OrderBy(pair => pair.Value.HeardAt).Take(MaxRuns / 2).ToList())
            {
                runs.Remove(id);
            }
        }
        return runs[run.Id] = new(settings.Value, time);
    }

    private void Publish(IEnumerable<TrainEvent> happened, Run run, Func<Run, RunDescription> describe, int attempt, DateTimeOffset at)
    {
        foreach (var item in happened)
        {
            var description = describe(run);
            publisher.Publish(item with
            {
                Group = description.Group,
                UserId = description.UserId,
                ModelId = description.ModelId,
                RunId = run.Id,
                Ts = at,
                Attempt = attempt,
            });
        }
    }
}
