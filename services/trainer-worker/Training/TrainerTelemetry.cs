using System.Diagnostics;
using System.Diagnostics.Metrics;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.Training;
using Trainyard.Models.Training;
using Trainyard.ServiceDefaults.Telemetry;
using Trainyard.TrainerWorker.Worker;

namespace Trainyard.TrainerWorker.Training;

/// <summary>
/// Training's metrics and traces, under <c>Trainyard.TrainerWorker</c>. No metric is tagged with a run: the cardinality would be unbounded.
/// </summary>
internal sealed class TrainerTelemetry : IDisposable
{
    public const string Name = "Trainyard.TrainerWorker";

    private readonly ActivitySource source = new(Name);
    private readonly Meter meter;
    private readonly Counter<long> steps;
    private readonly Counter<long> tokens;
    private readonly Counter<long> runs;
    private readonly UpDownCounter<long> active;
    private readonly Gauge<double> loss;
    private readonly Gauge<double> validationLoss;
    private readonly Gauge<double> speed;
    private readonly Histogram<double> evaluation;
    private readonly Histogram<double> checkpoint;

    public TrainerTelemetry(IMeterFactory meters)
    {
        meter = meters.Create(Name);
        steps = meter.CreateCounter<long>("trainyard.trainer.steps", "{step}", "Optimizer steps made");
        tokens = meter.CreateCounter<long>("trainyard.trainer.tokens", "{token}", "Tokens trained on");
        runs = meter.CreateCounter<long>("trainyard.trainer.runs", "{run}", "Attempts that ended, by status and error_kind");
        active = meter.CreateUpDownCounter<long>(
            "trainyard.trainer.runs.active", "{run}", "Attempts being trained: 0 or 1 for each worker");
        loss = meter.CreateGauge<double>("trainyard.trainer.loss", "{nat}", "Training loss of the last step");
        validationLoss = meter.CreateGauge<double>("trainyard.trainer.validation_loss", "{nat}", "Loss of the last evaluation");
        speed = meter.CreateGauge<double>("trainyard.trainer.tokens_per_second", "{token}/s", "Tokens a second of the last step");
        evaluation = meter.CreateHistogram(
            "trainyard.trainer.evaluation.duration", "s", "Time that evaluations took", tags: null, TelemetryBuckets.Seconds);
        checkpoint = meter.CreateHistogram(
            "trainyard.trainer.checkpoint.duration", "s", "Time that saving checkpoints took", tags: null, TelemetryBuckets.Seconds);
    }

    /// <summary>Starts the trace of an attempt. Dispose it at the end of the attempt.</summary>
    public RunTrace StartRun(RunClaimed run, WorkCall call)
    {
        active.Add(1);
        return new(this, source, run, call);
    }

    public void Count(TrainingEvent happened)
    {
        switch (happened)
        {
            case StepMade step:
                steps.Add(1);
                tokens.Add(step.Tokens ?? 0);
                loss.Record(step.Loss);
                if (step.TokensPerSecond is { } perSecond)
                {
                    speed.Record(perSecond);
                }
                break;
            case Evaluated evaluated:
                validationLoss.Record(evaluated.Scores.Loss);
                evaluation.Record(evaluated.Duration.TotalSeconds);
                break;
            case CheckpointWritten written:
                checkpoint.Record(written.Duration.TotalSeconds);
                break;
        }
    }

    public void Ended(RunStatus status, string? errorKind) => runs.Add(1,
        new KeyValuePair<string, object?>("status", status.ToString().ToLowerInvariant()),
        new KeyValuePair<string, object?>("error_kind", errorKind ?? ""));

    public void Left() => active.Add(-1);

    public void Dispose()
    {
        source.Dispose();
        meter.Dispose();
    }
}
