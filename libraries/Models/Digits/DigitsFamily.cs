using Trainyard.Models.Families;
using Trainyard.Models.Scoring;
using Trainyard.Models.Tasks;

namespace Trainyard.Models.Digits;

/// <summary>A small convolutional network (LeCun et al., 1998) that classifies images of digits in MNIST's format.</summary>
public sealed class DigitsFamily : TrainableFamily
{
    internal const string FamilyName = "digits";

    /// <inheritdoc/>
    public override string Name => FamilyName;

    /// <inheritdoc/>
    public override IReadOnlyList<string> ModelTypes { get; } = [FamilyName];

    /// <inheritdoc/>
    public override Type ShapeType => typeof(DigitsShape);

    /// <inheritdoc/>
    public override DigitsShape Prepare(ModelSize size) => size.Layers <= DigitsShape.MaxLayers
        ? new(Height: 0, Width: 0, size.Layers, size.Dim)
        : throw new ArgumentException($"A digits model has at most {DigitsShape.MaxLayers} layers, not {size.Layers}.", nameof(size));

    /// <inheritdoc/>
    public override DigitsShape Read(HuggingFaceConfig config)
    {
        var shape = new DigitsShape(
            config.Size("image_height"), config.Size("image_width"), config.Size("num_conv_layers"), config.Size("hidden_size"));
        config.Require(config.Size("num_classes") == DigitsShape.Classes, "num_classes", $"{DigitsShape.Classes}");
        config.Require(shape.Layers <= DigitsShape.MaxLayers, "num_conv_layers", $"at most {DigitsShape.MaxLayers}");
        config.Require(shape.FitsImages, "image_height", $"images that can be halved {shape.Layers} times");
        return shape;
    }

    /// <inheritdoc/>
    public override TrainingTask Open(TaskSetup setup, CancellationToken cancellation) => DigitsTask.Open(setup);

    /// <inheritdoc/>
    public override ModelOutcome Evaluate(NetworkShape shape, ModelEvaluationInputs inputs, CancellationToken cancellation) =>
        DigitsEvaluation.Run(DigitsTask.ShapeOf(shape), inputs, cancellation);
}
