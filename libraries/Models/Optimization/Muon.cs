using TorchSharp;
using Trainyard.Models.Compute;
using Trainyard.Models.Families;

namespace Trainyard.Models.Optimization;

/// <summary>
/// Muon (Jordan et al., 2024, https://github.com/KellerJordan/Muon): the matrices of linear layers move along their Nesterov momentum,
/// orthogonalised by five Newton-Schulz steps. Embeddings, an output layer, norms and biases move by <see cref="AdamW"/>. Updates are
/// scaled by 0.2 sqrt(max(rows, columns)), which gives them the size of AdamW's (Liu et al., 2025, https://arxiv.org/abs/2502.16982), so
/// that one learning rate and weight decay serve both.
/// </summary>
public sealed class Muon : IOptimizer
{
    private const double UpdateSize = 0.2;
    private const int NewtonSchulzSteps = 5;

    private static readonly Scalar Momentum = 0.95;
    private static readonly Scalar One = 1;
    private static readonly Scalar NotMomentum = 0.05;
    private static readonly Scalar Tiny = 1e-7;
    // The quintic's coefficients, chosen by Jordan et al. for the steepest slope at 0.
    private static readonly Scalar A = 3.4445;
    private static readonly Scalar B = -4.7750;
    private static readonly Scalar C = 2.0315;

    private readonly AdamW others;
    private readonly Matrix[] matrices;
    private readonly double weightDecay;

    /// <summary>An optimizer without momentum yet.</summary>
    /// <param name="specs">What the parameters are.</param>
    /// <param name="parameters">Their tensors, in the same order.</param>
    /// <param name="weightDecay">Decoupled weight decay of matrices.</param>
    public Muon(IEnumerable<ParameterSpec> specs, IReadOnlyList<NamedTensor> parameters, double weightDecay)
    {
        this.weightDecay = weightDecay;
        var isMatrix = specs.Select(spec => spec is { Role: ParameterRole.Linear, Size.Length: 2 }).ToArray();
        others = new([.. parameters.Where((_, place) => !isMatrix[place])], weightDecay);
        using var scope = torch.NewDisposeScope();
        matrices =
        [
            .. parameters.Where((_, place) => isMatrix[place])
                .Select(parameter => new Matrix(parameter, torch.zeros(parameter.Tensor.shape).DetachFromDisposeScope())),
        ];
    }

    /// <inheritdoc/>
    public IReadOnlyList<NamedTensor> State =>
        [.. others.State, .. matrices.Select(matrix => new NamedTensor($"momentum.{matrix.Parameter.Name}", matrix.Momentum))];

    /// <inheritdoc/>
    public double Step(long step, double learningRate, double clip, int threads)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        var gradients = others.Gradients();
        var squares = others.SumOfSquares(gradients, threads);
        foreach (var matrix in matrices)
        {
            squares += Math.Pow(matrix.Gradient.norm().Float(), 2);
        }
        var norm = Math.Sqrt(squares);
        if (double.IsFinite(norm))
        {
            var scale = AdamW.ScaleOf(norm, clip);
            others.Update(gradients, step, learningRate, scale, threads);
            foreach (var matrix in matrices)
            {
                Update(matrix, learningRate, scale);
            }
        }
        others.DropGradients();
        foreach (var matrix in matrices)
        {
            matrix.Parameter.Tensor.grad = null;
        }
        return norm;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        others.Dispose();
        Array.ForEach(matrices, matrix => matrix.Momentum.Dispose());
    }

    /// <summary>
    /// A matrix with about the same singular vectors, and singular values near 1 (between 0.7 and 1.2): Newton-Schulz steps in float32.
    /// </summary>
    /// <param name="matrix">(rows, columns).</param>
    internal static torch.Tensor Orthogonalised(torch.Tensor matrix)
    {
        var isTall = matrix.shape[0] > matrix.shape[1];
        var x = isTall ? matrix.t() : matrix;
        x = x.div(x.norm().add(Tiny, One));
        for (var step = 0; step < NewtonSchulzSteps; step++)
        {
            var square = x.mm(x.t());
            var factor = square.mul(B).Plus(square.mm(square).mul(C));
            x = x.mul(A).Plus(factor.mm(x));
        }
        return isTall ? x.t() : x;
    }

    private void Update(Matrix matrix, double learningRate, double clipScale)
    {
        using var scope = torch.NewDisposeScope();
        using Scalar clipped = clipScale;
        var weight = matrix.Parameter.Tensor;
        var gradient = matrix.Gradient.mul(clipped).mul(NotMomentum);
        matrix.Momentum.mul_(Momentum).add_(gradient, One);
        var direction = Orthogonalised(matrix.Momentum.mul(Momentum).Plus(gradient));
        using Scalar decay = 1 - learningRate * weightDecay;
        using Scalar move = -learningRate * UpdateSize * Math.Sqrt(Math.Max(weight.shape[0], weight.shape[1]));
        weight.mul_(decay).add_(direction, move);
    }

    private sealed record Matrix(NamedTensor Parameter, torch.Tensor Momentum)
    {
        public torch.Tensor Gradient => Parameter.Tensor.grad
            ?? throw new InvalidOperationException($"{Parameter.Name} has no gradient.");
    }
}
