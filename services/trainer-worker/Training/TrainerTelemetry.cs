using System.Diagnostics;
using System.Diagnostics.Metrics;
using Trainyard.Models.Training;

namespace Trainyard.TrainerWorker.Training;

/// <summary>One trace per run; tokens per second and loss as metrics.</summary>
internal sealed class TrainerTelemetry : IDisposable
{
    public const string Name = "Trainyard.TrainerWorker";

    private readonly ActivitySource source = new(Name);
    private readonly Meter meter;
    private readonly Counter<long> steps;
    private readonly Gauge<double> loss;
    private readonly Gauge<double> speed;

    public TrainerTelemetry(IMeterFactory meters)
    {
        meter = meters.Create(Name);
        steps = meter.CreateCounter<long>("trainyard.trainer.steps", description: "Optimizer steps made");
        loss = meter.CreateGauge<double>("trainyard.trainer.loss", "nat", "Training loss of the last step");
        speed = meter.CreateGauge<double>("trainyard.trainer.tokens_per_second", description: "Training tokens per second");
    }

    public Activity? Run(string runId, int attempt) =>
        source.StartActivity("train run")?.SetTag("run_id", runId).SetTag("attempt", attempt);

    public void Observe(TrainingEvent happened)
    {
        switch (happened)
        {
            case StepMade step:
                steps.Add(1);
                loss.Record(step.Loss);
                speed.Record(step.TokensPerSecond);
                break;
            case Evaluated evaluated:
                Span("evaluate", evaluated.Duration)?.SetTag("step", evaluated.Step).SetTag("loss", evaluated.Loss).Dispose();
                break;
            case EpochCompleted epoch:
                Span("epoch", epoch.Duration)?.SetTag("epoch", epoch.Epoch).Dispose();
                break;
            case CheckpointWritten written:
                Activity.Current?.AddEvent(new("checkpoint", tags: new() { ["step"] = written.Step, ["size"] = written.Size }));
                break;
        }
    }

    public void Dispose()
    {
        source.Dispose();
        meter.Dispose();
    }

    private Activity? Span(string name, TimeSpan duration) =>
        source.StartActivity(name, ActivityKind.Internal, Activity.Current?.Context ?? default,
            startTime: DateTimeOffset.UtcNow - duration);
}
