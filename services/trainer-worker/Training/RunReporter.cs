using System.Diagnostics;
using System.Text.Json;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.TrainEvents;
using Trainyard.Contracts.Training;
using Trainyard.Models.Runs;
using Trainyard.Models.Scoring;
using Trainyard.Models.Training;
using Trainyard.TrainerWorker.Events;
using Trainyard.TrainerWorker.TensorBoard;

namespace Trainyard.TrainerWorker.Training;

/// <summary>
/// Translates training events into run events, the same ones that external jobs post. A file is published once the store has the event that
/// names it. Called in the order of events; never blocks.
/// </summary>
internal sealed class RunReporter(
    RunClaimed run,
    RunEventQueue events,
    Func<string, Task> publish,
    RunAnnouncer announcer,
    RunBoard? board,
    RunTrace trace,
    TimeProvider time)
{
    private const string ModelFile = "model.safetensors";
    private static readonly TimeSpan BetweenHeartbeats = TimeSpan.FromSeconds(1);

    private readonly List<StepMade> unlogged = [];
    private readonly long began = Stopwatch.GetTimestamp();
    private TrainingStarted? start;
    private StepMade? last;
    private long firstStepAt;
    private long lastHeartbeatAt;
    private bool resumed;

    /// <summary>Metrics not confirmed as stored, saved with the checkpoint for the next attempt.</summary>
    public ReadOnlyMemory<byte> Undelivered() =>
        events.Unstored.OfType<MetricsLogged>().ToList() is { Count: > 0 } values
            ? JsonSerializer.SerializeToUtf8Bytes(values, WireJson.Options)
            : default;

    public void Report(TrainingEvent happened)
    {
        trace.Observe(happened);
        announcer.Announce(happened);
        board?.Observe(happened);
        switch (happened)
        {
            case UndeliveredFound found:
                Recover(found);
                break;
            case TrainingStarted started:
                Start(started);
                break;
            case StepMade step:
                Log(step);
                Beat(step);
                break;
            case Evaluated evaluated:
                var validation = evaluated.Scores;
                events.Add(Metrics(
                    evaluated.Step, (MetricNames.ValLoss, validation.Loss), (MetricNames.ValPerplexity, validation.Perplexity),
                    (MetricNames.ValAccuracy, validation.Accuracy)));
                break;
            case EvaluationScored scored:
                if (Scores(scored.Metrics) is { Measurements.Count: > 0 } scores)
                {
                    events.Add(scores);
                }
                break;
            case EpochCompleted epoch:
                events.Add(Metrics(epoch.Step, (MetricNames.EpochLoss, epoch.TrainingLoss)));
                break;
            case StatisticsTaken statistics:
                events.Add(Metrics(statistics.Step,
                    [.. statistics.Values.Select(value => (MetricNames.StatisticsPrefix + value.Key, value.Value))]), mayBeDropped: true);
                break;
            case CheckpointWritten written:
                events.Add(new CheckpointSaved
                {
                    EventId = Id(),
                    RunId = run.RunId,
                    Attempt = run.Attempt,
                    Time = time.GetUtcNow(),
                    Path = written.Path,
                    Step = written.Step,
                    IsBest = written.IsBest,
                    Size = written.Size,
                    Measurements = Values(written.State),
                }, stored: () => publish(written.Path));
                break;
            case ArtifactWritten written:
                events.Add(new ArtifactSaved
                {
                    EventId = Id(),
                    RunId = run.RunId,
                    Attempt = run.Attempt,
                    Time = time.GetUtcNow(),
                    Path = written.Path,
                    Kind = written.Kind,
                    Size = written.Size,
                    Sha256 = written.Sha256,
                }, stored: () => publish(written.Path));
                break;
            case Logged line:
                events.Add(new LogWritten
                {
                    EventId = Id(),
                    RunId = run.RunId,
                    Attempt = run.Attempt,
                    Time = time.GetUtcNow(),
                    Level = line.Level,
                    Message = line.Message,
                });
                break;
        }
    }

    /// <summary>Reports the end of an attempt that did not fail.</summary>
    public void Stop(TrainingResult result)
    {
        if (result.Stopped is null)
        {
            announcer.Completed(result.State);
        }
        else
        {
            announcer.Stopped(result.Stopped switch
            {
                StopReason.Paused => TrainStopReason.Paused,
                StopReason.Cancelled => TrainStopReason.Cancelled,
                _ => TrainStopReason.Shutdown,
            });
        }

        Stop(result.Stopped switch
        {
            null => RunStatus.Completed,
            StopReason.Cancelled => RunStatus.Cancelled,
            _ => RunStatus.Interrupted,
        }, result.Message, failure: null, result);
    }

    /// <summary>Reports a failed attempt.</summary>
    public void Fail(TrainingException failure)
    {
        if (MayBeRetried(failure))
        {
            announcer.Stopped(TrainStopReason.Retry);
        }
        else
        {
            announcer.Failed(failure.Kind is FailureKind.UserInput, failure.Message);
        }
        Stop(RunStatus.Failed, failure.Message, failure, result: null);
    }

    /// <summary>Whether the store queues another attempt after this failure.</summary>
    public bool MayBeRetried(TrainingException failure) =>
        failure.Kind is FailureKind.Transient && run.MayBeRetried(last?.Step);

    private void Start(TrainingStarted started)
    {
        start = started;
        firstStepAt = lastHeartbeatAt = Stopwatch.GetTimestamp();
        events.Add(new RunStarted
        {
            EventId = Id(),
            RunId = run.RunId,
            Attempt = run.Attempt,
            Time = time.GetUtcNow(),
            Name = run.Config.Name,
        });
        if (run.Attempt > 1 && !resumed)
        {
            Resume(started.FromStep + 1);
        }
        events.Add(Heartbeat(started.FromStep, eta: null), mayBeDropped: true);
    }

    /// <summary>
    /// Reports metrics that the previous attempt's process could not deliver. The store accepts them only as this attempt's, so it resumes
    /// from the first of them.
    /// </summary>
    private void Recover(UndeliveredFound found)
    {
        var values = JsonSerializer.Deserialize<List<MetricsLogged>>(found.Content.Span, WireJson.Options) ?? [];
        Resume(values.Min(metrics => metrics.Step ?? 0));
        values.ForEach(metrics => events.Add(metrics with { EventId = Id(), Attempt = run.Attempt }));
    }

    private void Resume(long fromStep)
    {
        resumed = true;
        events.Add(new RunResumed
        {
            EventId = Id(),
            RunId = run.RunId,
            Attempt = run.Attempt,
            Time = time.GetUtcNow(),
            FromStep = fromStep,
        });
    }

    private void Log(StepMade step)
    {
        last = step;
        unlogged.Add(step);
        if (step.Step % run.Config.LogEvery != 0 && step.Step != 1 && step.Step != start?.TotalSteps)
        {
            return;
        }

        var loss = unlogged.Average(made => made.Loss);
        var seconds = unlogged.Sum(made => made.Seconds);
        var tokens = unlogged.Sum(made => made.Tokens);
        events.Add(Metrics(step.Step,
            (MetricNames.TrainLoss, loss),
            (MetricNames.TrainPerplexity, run.PerplexityOf(loss)),
            (MetricNames.BatchAccuracy, unlogged.Average(made => made.Accuracy)),
            (MetricNames.LearningRate, step.LearningRate),
            (MetricNames.GradientNorm, step.GradientNorm),
            (MetricNames.TokensPerSecond, step.Tokens is null ? null : tokens / seconds),
            (MetricNames.SamplesPerSecond, unlogged.Sum(made => made.Samples) / seconds),
            (MetricNames.Epoch, start is { } known ? (double)step.Step / known.StepsPerEpoch : step.Epoch)), mayBeDropped: true);
        unlogged.Clear();
    }

    private void Beat(StepMade step)
    {
        if (start is null || (Stopwatch.GetElapsedTime(lastHeartbeatAt) < BetweenHeartbeats && step.Step != start.TotalSteps))
        {
            return;
        }

        lastHeartbeatAt = Stopwatch.GetTimestamp();
        var secondsPerStep = Stopwatch.GetElapsedTime(firstStepAt).TotalSeconds / (step.Step - start.FromStep);
        events.Add(Heartbeat(step.Step, secondsPerStep * (start.TotalSteps - step.Step)), mayBeDropped: true);
    }

    private void Stop(RunStatus status, string message, TrainingException? failure, TrainingResult? result)
    {
        trace.End(status, message, failure?.ErrorKind());
        events.Add(new RunStopped
        {
            EventId = Id(),
            RunId = run.RunId,
            Attempt = run.Attempt,
            Time = time.GetUtcNow(),
            Status = status,
            Message = message,
            ErrorKind = failure?.ErrorKind(),
            ErrorCode = failure?.Code,
            Epochs = result?.Epochs,
            DurationMs = Stopwatch.GetElapsedTime(began).TotalMilliseconds,
            ModelPath = status is RunStatus.Completed ? ModelFile : null,
            Step = result?.State.Step is > 0 and var step ? step : last?.Step,
        });
    }

    private MetricsLogged Scores(EvaluationMetrics scored) => Metrics(
        scored.Step,
        (MetricNames.ValBitsPerByte, scored.BitsPerByte),
        (MetricNames.SampleDistinct1, scored.Distinct1),
        (MetricNames.SampleDistinct2, scored.Distinct2),
        (MetricNames.SampleDistinct3, scored.Distinct3),
        (MetricNames.SampleRepetition, scored.Repetition));

    private MetricsLogged Metrics(long step, params ReadOnlySpan<(string Name, double? Value)> values) => new()
    {
        EventId = Id(),
        RunId = run.RunId,
        Attempt = run.Attempt,
        Time = time.GetUtcNow(),
        Step = step,
        Measurements = Known(values),
    };

    private RunHeartbeat Heartbeat(long step, double? eta) => new()
    {
        EventId = Id(),
        RunId = run.RunId,
        Attempt = run.Attempt,
        Time = time.GetUtcNow(),
        Step = step,
        TotalSteps = start?.TotalSteps,
        EtaSeconds = eta,
        // Without the step: metrics advance the run's step between heartbeats, so a step in the message would lag behind.
        Message = "Training",
    };

    private Dictionary<string, double> Values(TrainingState state) => Known(
        (MetricNames.TrainLoss, state.TrainingLoss),
        (MetricNames.ValLoss, state.ValidationLoss),
        (MetricNames.ValPerplexity, run.PerplexityOf(state.ValidationLoss)),
        (MetricNames.ValAccuracy, state.ValidationAccuracy));

    private static Dictionary<string, double> Known(params ReadOnlySpan<(string Name, double? Value)> values)
    {
        var measurements = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (name, value) in values)
        {
            if (value is { } known)
            {
                measurements[name] = known;
            }
        }
        return measurements;
    }

    private static Guid Id() => Guid.CreateVersion7();
}
