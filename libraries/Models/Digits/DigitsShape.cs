using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Trainyard.Models.Families;

namespace Trainyard.Models.Digits;

/// <summary>The size of a digit classifier.</summary>
/// <param name="Height">Rows of an image; 0 until the data is known.</param>
/// <param name="Width">Columns of an image; 0 until the data is known.</param>
/// <param name="Layers">Convolutions of 3 x 3, each followed by a ReLU and a maximum over 2 x 2. Each has twice the channels.</param>
/// <param name="Dim">Width of the layer between the convolutions and the ten classes.</param>
public sealed record DigitsShape(int Height, int Width, int Layers, int Dim) : NetworkShape
{
    /// <summary>The digits.</summary>
    public const int Classes = 10;

    /// <summary>The most convolutions.</summary>
    public const int MaxLayers = 4;

    private const int FirstChannels = 16;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <inheritdoc/>
    public override string Family => DigitsFamily.FamilyName;

    /// <summary>Whether something of an image is left after the last layer.</summary>
    [JsonIgnore]
    public bool FitsImages => Height >> Layers > 0 && Width >> Layers > 0;

    /// <inheritdoc/>
    public override IEnumerable<ParameterSpec> Parameters()
    {
        var channels = 1;
        for (var layer = 0; layer < Layers; layer++)
        {
            var next = FirstChannels << layer;
            yield return new($"conv.{layer}.weight", [next, channels, 3, 3], ParameterStart.NormalToRectifier);
            yield return new($"conv.{layer}.bias", [next], ParameterStart.Zero);
            channels = next;
        }
        var features = (long)channels * (Height >> Layers) * (Width >> Layers);
        yield return new("hidden.weight", [Dim, features], ParameterStart.NormalToRectifier);
        yield return new("hidden.bias", [Dim], ParameterStart.Zero);
        yield return new("output.weight", [Classes, Dim], ParameterStart.Normal) { Role = ParameterRole.Output };
        yield return new("output.bias", [Classes], ParameterStart.Zero) { Role = ParameterRole.Output };
    }

    /// <inheritdoc/>
    public override string ConfigText(double dropout) => new JsonObject
    {
        ["model_type"] = DigitsFamily.FamilyName,
        ["image_height"] = Height,
        ["image_width"] = Width,
        ["num_classes"] = Classes,
        ["num_conv_layers"] = Layers,
        ["hidden_size"] = Dim,
        ["dropout"] = dropout,
        ["torch_dtype"] = "float32",
    }.ToJsonString(Indented);

    /// <inheritdoc/>
    public override DigitsModel Build(IReadOnlyList<NamedTensor> parameters) => new(this, parameters);
}
