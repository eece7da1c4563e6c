using System.Diagnostics;
using System.Globalization;
using Trainyard.Models.Tasks;
using Trainyard.Models.Training;

namespace Trainyard.Models.Pipeline;

/// <summary>Writes what happens during training to the run's log, files and samples, and reports it.</summary>
internal sealed class RunObserver(RunRecord record, TrainingTask task, TimeProvider time)
{
    private long totalSteps;

    public void Observe(TrainingEvent happened)
    {
        switch (happened)
        {
            case TrainingStarted start:
                totalSteps = start.TotalSteps;
                record.Log("info", string.Create(CultureInfo.InvariantCulture,
                    $"Training {start.Parameters:N0} parameters on {start.Data.Training:N0} {start.Data.Unit}, "
                    + $"{start.Data.Validation:N0} held out: "
                    + $"steps {start.FromStep + 1} to {start.TotalSteps}."));
                break;
            case Evaluated evaluated:
                record.Spend("evaluation_seconds", evaluated.Duration);
                var validated = new ValidationReport(evaluated, task.Size.Unit);
                record.Log("info", validated.Line);
                Score(evaluated.Step, validated);
                break;
            case Logged line:
                record.Log(line.Level, line.Message);
                return;
            case LossSpiked spike:
                record.Log("warning", SpikeLine(spike));
                break;
            case CheckpointWritten written:
                record.SpendOnCheckpoint(written.Blocked);
                record.Log("info", $"Saved checkpoint {written.Step}.");
                break;
        }
        record.Report(happened);
    }

    private static string SpikeLine(LossSpiked spike) => string.Create(CultureInfo.InvariantCulture,
        $"Loss spike at step {spike.Step}: {spike.Loss:F4}, {Height(spike)}.{Consequence(spike)}");

    private static string Height(LossSpiked spike) => spike.Deviations is { } deviations
        ? string.Create(CultureInfo.InvariantCulture, $"{deviations:F1} standard deviations above the recent mean of {spike.Mean:F4}")
        : "a loss or a gradient that is not finite";

    private static string Consequence(LossSpiked spike) => spike.ReturnedTo is { } step
        ? string.Create(CultureInfo.InvariantCulture, $" Training goes on with the weights of step {step} and the next data.")
        : "";

    private void Score(long step, ValidationReport validated)
    {
        var id = record.EvaluationId(step);
        var samples = Sample(step, id);
        var metrics = validated.Metrics(id, time.GetUtcNow());
        var completed = task.Complete(metrics, samples);
        record.Keep(completed);
        if (completed != metrics)
        {
            record.Report(new EvaluationScored(completed));
        }
    }

    private List<TaskSample> Sample(long step, string id)
    {
        var sampling = Stopwatch.GetTimestamp();
        var samples = new List<TaskSample>();
        foreach (var sample in task.Sample(task.Plan.Seed, isLast: step == totalSteps))
        {
            samples.Add(sample);
            record.AddSample(step, id, sample.Prompt, task.Plan.Seed, sample.Text);
            record.Report(new Sampled(step, sample.Prompt, sample.Text));
        }
        if (samples.Count > 0)
        {
            record.Spend("sampling_seconds", Stopwatch.GetElapsedTime(sampling));
        }
        return samples;
    }
}
