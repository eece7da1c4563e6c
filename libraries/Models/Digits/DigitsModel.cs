using Trainyard.Models.Families;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Trainyard.Models.Digits;

/// <summary>Convolutions, a hidden layer, and a logit for each digit.</summary>
public sealed class DigitsModel : Network
{
    private readonly (Tensor Weight, Tensor Bias)[] convolutions;
    private readonly Tensor hiddenWeight;
    private readonly Tensor hiddenBias;
    private readonly Tensor outputWeight;
    private readonly Tensor outputBias;

    internal DigitsModel(DigitsShape shape, IReadOnlyList<NamedTensor> parameters)
        : base(parameters)
    {
        Shape = shape;
        var byName = parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Tensor, StringComparer.Ordinal);
        convolutions =
        [
            .. Enumerable.Range(0, shape.Layers).Select(layer => (byName[$"conv.{layer}.weight"], byName[$"conv.{layer}.bias"])),
        ];
        (hiddenWeight, hiddenBias) = (byName["hidden.weight"], byName["hidden.bias"]);
        (outputWeight, outputBias) = (byName["output.weight"], byName["output.bias"]);
    }

    /// <inheritdoc/>
    public override DigitsShape Shape { get; }

    /// <summary>Logits.</summary>
    /// <param name="images">float32, (batch, 1, height, width), from 0 (background) to 1.</param>
    /// <param name="dropout">What to drop of the hidden layer while training; none when null.</param>
    /// <returns>float32, (batch, 10).</returns>
    public Tensor Forward(Tensor images, Dropout? dropout = null)
    {
        var x = images;
        for (var layer = 0; layer < convolutions.Length; layer++)
        {
            var (weight, bias) = convolutions[layer];
            x = functional.max_pool2d(functional.relu(functional.conv2d(x, weight, bias, padding: [1, 1])), 2);
            ShowBlock(layer, x);
        }
        x = functional.relu(functional.linear(x.flatten(1), hiddenWeight, hiddenBias));
        return functional.linear(dropout.Apply(x), outputWeight, outputBias);
    }
}
