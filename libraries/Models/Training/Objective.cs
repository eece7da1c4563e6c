using TorchSharp;
using Trainyard.Models.Compute;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Trainyard.Models.Training;

/// <summary>
/// What a step of a classifier minimises, be it of tokens or of images: the cross-entropy, with label smoothing (Szegedy et al., 2016) and
/// z-loss (Chowdhery et al., 2022, section 5) if the plan has them.
/// </summary>
internal sealed class Objective(TrainingPlan plan) : IDisposable
{
    private readonly double labelSmoothing = plan.LabelSmoothing;
    private readonly double zLoss = plan.ZLoss;
    private readonly Scalar given = 1 - plan.LabelSmoothing;
    private readonly Scalar spread = plan.LabelSmoothing;
    private readonly Scalar penalty = plan.ZLoss;

    /// <param name="logits">float32, (places, classes).</param>
    /// <param name="targets">int64, (places): the right class of each.</param>
    /// <returns>What to minimise, and the plain mean cross-entropy in nats: the same tensor if the plan has no other terms.</returns>
    public (Tensor Minimised, Tensor CrossEntropy) Of(Tensor logits, Tensor targets)
    {
        if (labelSmoothing == 0 && zLoss == 0)
        {
            var plain = functional.cross_entropy(logits, targets);
            return (plain, plain);
        }
        // With z the logarithm of the softmax's denominator, -log p of a class is z less its logit.
        var z = logits.logsumexp(1, keepdim: false);
        var crossEntropy = z.Plus(logits.gather(1, targets.unsqueeze(1)).squeeze(1).neg()).mean();
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
