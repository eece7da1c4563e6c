using System.Runtime.InteropServices;
using Trainyard.Models.Families;
using Trainyard.Models.Runs;
using Trainyard.Models.Scoring;
using Trainyard.Models.Training;

namespace Trainyard.Models.Tasks;

/// <summary>
/// What a run trains: a model and its data, the loss of a batch and the scores on what is held out. All randomness must be a function of
/// the plan's seed and the arguments, so that a resumed run gives bit-identical results.
/// </summary>
public abstract class TrainingTask : IDisposable
{
    /// <summary>The plan, with the shape that the data gave it.</summary>
    public abstract TrainingPlan Plan { get; }

    /// <summary>The model.</summary>
    public abstract Network Model { get; }

    /// <summary>The text of the model's <c>config.json</c>, for its checkpoints.</summary>
    public abstract string Config { get; }

    /// <summary>The data, for the manifest.</summary>
    public abstract DataDescription Data { get; }

    /// <summary>How much there is of it, for logs and events.</summary>
    public abstract DataSize Size { get; }

    /// <summary>Batches in a pass over the training data; at least 1.</summary>
    public abstract int BatchesPerEpoch { get; }

    /// <summary>Tokens in a batch; null if the data has none.</summary>
    public virtual long? TokensPerBatch => null;

    /// <summary>Computes the loss of a batch, and adds its gradient to that of the parameters. Called in a dispose scope.</summary>
    /// <param name="at">Which batch.</param>
    /// <param name="dropout">What to drop, seeded for this batch.</param>
    /// <param name="share">Factor of the gradient: 1 divided by the batches of a step.</param>
    public abstract BatchLoss Backward(BatchPosition at, Dropout dropout, double share);

    /// <summary>Scores the model on the held-out data, always the same part of it.</summary>
    /// <param name="cancellation">Checked between batches.</param>
    public abstract ValidationScores Validate(CancellationToken cancellation);

    /// <summary>Samples of what the model makes, after a validation; none if there is nothing to show.</summary>
    /// <param name="seed">Of the samples' own random numbers.</param>
    /// <param name="isLast">Whether the model has made its last step.</param>
    public virtual IEnumerable<TaskSample> Sample(long seed, bool isLast) => [];

    /// <summary>Adds what only this task can measure to the measurements of a validation.</summary>
    /// <param name="metrics">Those that every task has.</param>
    /// <param name="samples">The samples of the same validation.</param>
    /// <returns>The same measurements if there is nothing to add.</returns>
    public virtual EvaluationMetrics Complete(EvaluationMetrics metrics, IReadOnlyList<TaskSample> samples) => metrics;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Disposes the model; tasks add their data.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            Model.Dispose();
        }
    }
}

/// <summary>Where a batch is in the training.</summary>
/// <param name="Step">The optimizer step that it is part of, from 1.</param>
/// <param name="Epoch">From 0.</param>
/// <param name="Batch">From 0 up to the epoch's batches.</param>
public sealed record BatchPosition(long Step, int Epoch, int Batch);

/// <summary>The loss of a batch.</summary>
/// <param name="Loss">The plain mean cross-entropy, in nats, whatever else is minimised.</param>
/// <param name="Accuracy">Share of right answers; null for a task without any.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct BatchLoss(double Loss, double? Accuracy = null);

/// <summary>A sample of what a model makes.</summary>
/// <param name="Prompt">What the model continued.</param>
/// <param name="Text">What it wrote.</param>
public sealed record TaskSample(string Prompt, string Text);
