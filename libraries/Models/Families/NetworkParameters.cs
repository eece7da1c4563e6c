using TorchSharp;
using static TorchSharp.torch;

namespace Trainyard.Models.Families;

/// <summary>Makes the parameters of a shape.</summary>
public static class NetworkParameters
{
    /// <summary>Random ones; see <see cref="ParameterStart"/>.</summary>
    public static IReadOnlyList<NamedTensor> Create(NetworkShape shape, long seed)
    {
        using var random = new Generator((ulong)seed);
        return Build(shape, (spec, tensor) =>
        {
            if (DeviationOf(spec, shape) is { } deviation)
            {
                tensor.normal_(0, deviation, random);
                return;
            }
            using Scalar value = spec.Start is ParameterStart.One ? 1 : 0;
            tensor.fill_(value);
        });
    }

    /// <summary>Stored ones.</summary>
    /// <param name="shape">The shape that the weights must have.</param>
    /// <param name="path">A safetensors file, or a folder in Hugging Face's format.</param>
    /// <exception cref="InvalidDataException">A tensor is missing, has another shape, or is not one of this model.</exception>
    /// <exception cref="CheckpointFiles.SafetensorsException">A file is malformed.</exception>
    public static IReadOnlyList<NamedTensor> Load(NetworkShape shape, string path)
    {
        using var weights = ModelWeights.Open(path);
        weights.Require(shape);
        return Build(shape, (spec, tensor) => weights.Read(spec.Name, tensor));
    }

    private static double? DeviationOf(ParameterSpec spec, NetworkShape shape) => spec.Start switch
    {
        ParameterStart.Normal => 0.02,
        ParameterStart.NormalToResidual => 0.02 * (1 / Math.Sqrt(2.0 * shape.ResidualBlocks)),
        ParameterStart.NormalToRectifier => Math.Sqrt(2.0 * spec.Size[0] / spec.Count),
        _ => null,
    };

    private static List<NamedTensor> Build(NetworkShape shape, Action<ParameterSpec, Tensor> fill)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var parameters = new List<NamedTensor>();
        foreach (var spec in shape.Parameters())
        {
            var tensor = empty(spec.Size);
            fill(spec, tensor);
            parameters.Add(new(spec.Name, tensor));
        }
        foreach (var parameter in parameters)
        {
            parameter.Tensor.requires_grad = true;
            parameter.Tensor.DetachFromDisposeScope();
        }
        return parameters;
    }
}
