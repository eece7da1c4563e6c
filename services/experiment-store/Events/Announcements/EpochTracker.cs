namespace Trainyard.ExperimentStore.Events.Announcements;

/// <summary>An epoch that an external run has completed.</summary>
/// <param name="Number">Its number, as the run counts.</param>
/// <param name="Scores">The latest scores that belong to it.</param>
/// <param name="Seconds">Time since the epoch before; null if that is not known.</param>
internal sealed record CompletedEpoch(long Number, Scores Scores, double? Seconds);

/// <summary>
/// Tells when an external run's epochs end. A run that logs once in an epoch has completed it with the held-out scores, otherwise an epoch
/// ends when the next one begins or the run ends. Each is reported once.
/// </summary>
internal sealed class EpochTracker
{
    private Scores scores;
    private DateTimeOffset heardAt;
    private DateTimeOffset? endedAt;
    private long? reported;

    /// <summary>The current epoch; null if the run has not told one.</summary>
    public long? Current { get; private set; }

    /// <summary>Values of a whole epoch.</summary>
    public IEnumerable<CompletedEpoch> Log(long epoch, Scores logged, DateTimeOffset time)
    {
        foreach (var completed in Move(epoch, time))
        {
            yield return completed;
        }
        (scores, heardAt) = (logged.Over(scores), time);
        if (logged.HasValidation)
        {
            foreach (var completed in Complete(time))
            {
                yield return completed;
            }
        }
    }

    /// <summary>Values at a point of the way through the data: 1.5 is half of the second epoch.</summary>
    public IEnumerable<CompletedEpoch> Reach(double passes, Scores logged, DateTimeOffset time)
    {
        if (passes is >= 0 and < 1L << 53)
        {
            foreach (var completed in Move((long)Math.Ceiling(passes), time))
            {
                yield return completed;
            }
        }
        (scores, heardAt) = (logged.Over(scores), time);
    }

    /// <summary>Values without an epoch belong to the current one.</summary>
    public IEnumerable<CompletedEpoch> Add(Scores logged, DateTimeOffset time)
    {
        (scores, heardAt) = (logged.Over(scores), time);
        return [];
    }

    /// <summary>The run has ended, and with it its last epoch.</summary>
    public IEnumerable<CompletedEpoch> End() => Complete(heardAt);

    public void Restart()
    {
        (scores, endedAt, reported, Current) = (default, null, null, null);
    }

    private IEnumerable<CompletedEpoch> Move(long epoch, DateTimeOffset time)
    {
        if (epoch == Current)
        {
            yield break;
        }
        if (epoch > Current)
        {
            foreach (var completed in Complete(time))
            {
                yield return completed;
            }
        }
        (Current, scores) = (epoch, default);
    }

    private IEnumerable<CompletedEpoch> Complete(DateTimeOffset time)
    {
        if (Current is not { } epoch || epoch <= reported || (!scores.HasTraining && !scores.HasValidation))
        {
            yield break;
        }
        yield return new(epoch, scores, endedAt is { } before && time > before ? (time - before).TotalSeconds : null);
        (reported, endedAt) = (epoch, time);
    }
}
