using Trainyard.Models.Compute;
using Trainyard.Models.Data;
using Trainyard.Models.Families;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Trainyard.Models.Parametrization;

/// <summary>
/// Spectral normalisation (Miyato et al., 2018): the model computes with W / sigma, where sigma is the largest singular value of the
/// trained weight W, estimated by power iteration with one pair of vectors per layer: sigma = u·(W v). The gradient flows through sigma,
/// with the vectors as constants, as in torch.nn.utils.parametrizations.spectral_norm.
/// </summary>
/// <remarks>
/// The model's own tensors hold the normalised weights, so that families, evaluation and files need not know. This class holds the trained
/// ones. A step is: backward, <see cref="MoveGradients"/>, the optimizer's step on <see cref="Trained"/>, <see cref="Iterate()"/>.
/// </remarks>
public sealed class SpectralNorm : IDisposable
{
    private const string WeightSuffix = ".weight";
    private const double Epsilon = 1e-12;
    // As many as PyTorch makes for a fresh layer.
    private const int FirstIterations = 15;
    private const ulong VectorSeed = 0x5EC7;

    private readonly int iterations;
    private readonly Layer[] layers;

    /// <summary>Normalises the chosen layers of a model. Its present weights become the trained ones.</summary>
    /// <param name="specs">The model's parameters.</param>
    /// <param name="parameters">Their tensors, in the same order.</param>
    /// <param name="plan">Which layers, and how.</param>
    /// <param name="seed">Seed of the first vectors.</param>
    /// <exception cref="InvalidDataException">The plan chooses no layer, or one whose weight is zero.</exception>
    public SpectralNorm(IEnumerable<ParameterSpec> specs, IReadOnlyList<NamedTensor> parameters, SpectralNormPlan plan, long seed)
    {
        iterations = plan.Iterations;
        var linear = specs.Index()
            .Where(spec => spec.Item is { Role: ParameterRole.Linear or ParameterRole.Output, Size.Length: 2 })
            .ToArray();
        layers =
        [
            .. linear.Where(spec => plan.Chooses(NameOf(spec.Item)))
                .Select(spec => new Layer(NameOf(spec.Item), spec.Index, parameters[spec.Index], seed)),
        ];
        if (layers.Length == 0)
        {
            throw new InvalidDataException(
                $"spectral_norm_layers '{plan.Layers}' matches no linear layer. The layers are "
                + $"{string.Join(", ", linear.Select(spec => NameOf(spec.Item)))}.");
        }
        Iterate(FirstIterations);
        if (Array.Find(layers, layer => layer.Sigma.Float() == 0) is { } zero)
        {
            throw new InvalidDataException($"The weight of {zero.Name} is zero, so it has no spectral norm. Leave the layer out.");
        }
        var trained = parameters.ToArray();
        foreach (var layer in layers)
        {
            trained[layer.Place] = trained[layer.Place] with { Tensor = layer.Weight };
        }
        Trained = trained;
    }

    /// <summary>Names of the normalised layers.</summary>
    public IReadOnlyList<string> Layers => [.. layers.Select(layer => layer.Name)];

    /// <summary>What the optimizer updates: the model's parameters, with the trained weights in place of the normalised ones.</summary>
    public IReadOnlyList<NamedTensor> Trained { get; }

    /// <summary>Trained weights and vectors, to be saved and restored with the optimizer's state.</summary>
    public IReadOnlyList<NamedTensor> State =>
    [
        .. layers.Select(layer => new NamedTensor($"spectral_norm.weight.{layer.Name}", layer.Weight)),
        .. layers.Select(layer => new NamedTensor($"spectral_norm.u.{layer.Name}", layer.Left)),
        .. layers.Select(layer => new NamedTensor($"spectral_norm.v.{layer.Name}", layer.Right)),
    ];

    /// <summary>The estimated largest singular value of a layer's trained weight.</summary>
    /// <param name="layer">One of <see cref="Layers"/>.</param>
    public float SigmaOf(string layer) => Array.Find(layers, known => known.Name == layer) is { } found
        ? found.Sigma.Float()
        : throw new ArgumentException($"{layer} is not normalised.", nameof(layer));

    /// <summary>Iterates, after the trained weights have changed, and gives the model the new normalised weights.</summary>
    public void Iterate() => Iterate(iterations);

    /// <summary>Gives the model its normalised weights without an iteration, after the state was restored.</summary>
    public void Apply()
    {
        using var noGradient = no_grad();
        foreach (var layer in layers)
        {
            using var scope = NewDisposeScope();
            layer.Sigma.copy_(layer.Left.dot(layer.Weight.mv(layer.Right)));
            layer.Normalised.copy_(layer.Weight.div(layer.Sigma));
        }
    }

    /// <summary>Turns the gradients of the normalised weights into those of the trained ones, which the optimizer reads.</summary>
    /// <exception cref="InvalidOperationException">A weight has no gradient.</exception>
    public void MoveGradients()
    {
        using var noGradient = no_grad();
        foreach (var layer in layers)
        {
            using var scope = NewDisposeScope();
            var gradient = layer.Normalised.grad ?? throw new InvalidOperationException($"{layer.Name} has no gradient.");
            // With G the gradient of W / sigma and d sigma / d W = u v^T: (G - <G, W / sigma> u v^T) / sigma.
            var along = gradient.mul(layer.Normalised).sum().neg();
            layer.Weight.grad = gradient.Plus(layer.Left.mul(along).outer(layer.Right)).div(layer.Sigma);
            layer.Normalised.grad = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(layers, layer => layer.Dispose());

    private void Iterate(int times)
    {
        using (no_grad())
        {
            foreach (var layer in layers)
            {
                layer.Iterate(times);
            }
        }
        Apply();
    }

    private static string NameOf(ParameterSpec spec) => spec.Name.EndsWith(WeightSuffix, StringComparison.Ordinal)
        ? spec.Name[..^WeightSuffix.Length]
        : spec.Name;

    private sealed class Layer : IDisposable
    {
        public Layer(string name, int place, NamedTensor parameter, long seed)
        {
            using var noGradient = no_grad();
            using var scope = NewDisposeScope();
            using var random = new Generator(SplitMix64.Mix((ulong)seed, VectorSeed, (ulong)place));
            (Name, Place, Normalised) = (name, place, parameter.Tensor);
            Weight = Normalised.detach().clone().requires_grad_(true).DetachFromDisposeScope();
            Left = Direction(Normalised.shape[0], random);
            Right = Direction(Normalised.shape[1], random);
            Sigma = empty(Array.Empty<long>()).DetachFromDisposeScope();
        }

        public string Name { get; }

        /// <summary>Its place among the model's parameters.</summary>
        public int Place { get; }

        /// <summary>W / sigma: the model's tensor.</summary>
        public Tensor Normalised { get; }

        /// <summary>W.</summary>
        public Tensor Weight { get; }

        /// <summary>u: (rows of W).</summary>
        public Tensor Left { get; }

        /// <summary>v: (columns of W).</summary>
        public Tensor Right { get; }

        public Tensor Sigma { get; }

        public void Iterate(int times)
        {
            using var scope = NewDisposeScope();
            var transposed = Weight.t();
            for (var time = 0; time < times; time++)
            {
                Left.copy_(functional.normalize(Weight.mv(Right), dim: 0, eps: Epsilon));
                Right.copy_(functional.normalize(transposed.mv(Left), dim: 0, eps: Epsilon));
            }
        }

        public void Dispose()
        {
            Weight.Dispose();
            Left.Dispose();
            Right.Dispose();
            Sigma.Dispose();
        }

        private static Tensor Direction(long length, Generator random) =>
            functional.normalize(empty(length).normal_(0, 1, random), dim: 0, eps: Epsilon).DetachFromDisposeScope();
    }
}
