using System.Text;
using Trainyard.Models.Compute;
using Trainyard.Models.Data;
using Trainyard.Models.Families;
using Trainyard.Models.Runs;
using Trainyard.Models.Scoring;
using Trainyard.Models.Tasks;
using Trainyard.Models.Training;
using static TorchSharp.torch;

namespace Trainyard.Models.Digits;

/// <summary>Classifies images of digits.</summary>
internal sealed class DigitsTask : TrainingTask
{
    // As with text, a limit, so that a large test set does not stop training for long.
    private const int MaxValidated = 10_000;

    private readonly DigitsModel model;
    private readonly Objective objective;
    private readonly DigitSet training;
    private readonly DigitSet validation;
    private readonly ExampleSampler sampler;

    private DigitsTask(TrainingPlan plan, DigitsModel model, DigitFolder folder, DigitSet training, DigitSet validation)
    {
        (Plan, this.model, this.training, this.validation) = (plan, model, training, validation);
        objective = new(plan.LabelSmoothing, plan.ZLoss);
        sampler = new(training.Count, plan.BatchSize, plan.Seed);
        Size = new(training.Count, validation.Count, DataSize.Examples);
        Data = new(folder.Fingerprint, folder.Files, HeldOutFiles: folder.Test is null ? 0 : 2)
        {
            TrainingExamples = training.Count,
            ValidationExamples = validation.Count,
        };
    }

    public override TrainingPlan Plan { get; }

    public override DigitsModel Model => model;

    public override string Config => model.Shape.ConfigText(Plan.Dropout);

    public override DataDescription Data { get; }

    public override DataSize Size { get; }

    public override int BatchesPerEpoch => sampler.BatchesPerEpoch;

    public static DigitsTask Open(TaskSetup setup)
    {
        var (inputs, wanted) = (setup.Inputs, ShapeOf(setup.Plan.Shape));
        var folder = DigitImages.Open(inputs.CorpusPath, inputs.Corpus);
        setup.RequireSameData(folder.Fingerprint, "images have");
        var shape = wanted with { Height = folder.Training.Height, Width = folder.Training.Width };
        if (!shape.FitsImages)
        {
            throw new TrainingException(FailureKind.UserInput,
                $"Images of {shape.Height} x {shape.Width} pixels can't be halved {shape.Layers} times. Use fewer layers.");
        }
        var plan = setup.Plan with { Shape = shape };
        var (training, validation) = folder.Split(plan.HoldoutFraction, plan.Seed);
        setup.Log("info", folder.Test is null
            ? $"{validation.Count} of {folder.Training.Count} images are held out for validation."
            : $"The folder's {validation.Count} test images are held out for validation.");
        setup.Keep(RunFolder.ConfigName, "config", Encoding.UTF8.GetBytes(shape.ConfigText(plan.Dropout)));
        TorchRuntime.Prepare(plan.Threads);
        var weights = inputs.StartFromWeights;
        var parameters = weights is null ? NetworkParameters.Create(shape, plan.Seed) : NetworkParameters.Load(shape, weights);
        return new(plan, shape.Build(parameters), folder, training, validation);
    }

    public override BatchLoss Backward(BatchPosition at, Dropout dropout, double share)
    {
        int[] chosen = [.. sampler.Batch(at.Epoch, at.Batch).Select(index => training.Indices[index])];
        var (images, labels) = training.Images.Batch(chosen);
        var logits = Forward(images, dropout);
        var right = logits.detach().argmax(1).eq(labels).sum().Long();
        return new(objective.Backward(logits, labels, share).CrossEntropy, (double)right / chosen.Length);
    }

    public override ValidationScores Validate(CancellationToken cancellation)
    {
        var scores = DigitScores.Of(model, validation, MaxValidated, cancellation);
        return new(scores.Loss, scores.Scored, validation.Count) { Accuracy = scores.Accuracy };
    }

    private Tensor Forward(Tensor images, Dropout dropout)
    {
        using var products = Plan.Precision is Precision.Bf16 ? Bfloat16.Products() : null;
        return model.Forward(images, dropout).to(float32);
    }

    /// <summary>The shape of a digit classifier, which that of another family is not.</summary>
    internal static DigitsShape ShapeOf(NetworkShape shape) => shape as DigitsShape
        ?? throw new ArgumentException($"A model of the family '{shape.Family}' is not a digit classifier.", nameof(shape));
}
