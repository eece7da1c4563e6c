using TorchSharp;
using Trainyard.Models.Compute;
using Trainyard.Models.Families;
using static TorchSharp.torch;

namespace Trainyard.Models.Training;

/// <summary>
/// What a step minimises: the cross-entropy, with label smoothing (Szegedy et al., 2016) and z-loss (Chowdhery et al., 2022, section 5)
/// if the plan has them.
/// </summary>
internal sealed class Objective(double labelSmoothing, double zLoss) : IDisposable
{
    private readonly Scalar given = 1 - labelSmoothing;
    private readonly Scalar spread = labelSmoothing;
    private readonly Scalar penalty = zLoss;

    /// <param name="model">The model.</param>
    /// <param name="inputs">int64, (batch, length).</param>
    /// <param name="targets">int64, (batch, length): the token that follows each.</param>
    /// <param name="dropout">What to drop.</param>
    /// <returns>What to minimise, and the plain cross-entropy in nats per token.</returns>
    public (Tensor Minimised, Tensor CrossEntropy) Of(LanguageModel model, Tensor inputs, Tensor targets, Dropout dropout)
    {
        if (labelSmoothing == 0 && zLoss == 0)
        {
            var plain = model.Loss(inputs, targets, dropout);
            return (plain, plain);
        }
        // With z the logarithm of the softmax's denominator, -log p of a token is z less its logit.
        var logits = model.Forward(inputs, dropout);
        var z = logits.logsumexp(1, keepdim: false);
        var crossEntropy = z.Plus(logits.gather(1, targets.reshape(-1, 1)).squeeze(1).neg()).mean();
        var minimised = labelSmoothing == 0
            ? crossEntropy
            : crossEntropy.mul(given).Plus(z.mean().Plus(logits.mean().neg()).mul(spread));
        return (zLoss == 0 ? minimised : minimised.Plus(z.mul(z).mean().mul(penalty)), crossEntropy.detach());
    }

    public void Dispose()
    {
        given.Dispose();
        spread.Dispose();
        penalty.Dispose();
    }
}
