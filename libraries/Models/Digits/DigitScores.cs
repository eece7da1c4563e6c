using Trainyard.Models.Compute;
using static TorchSharp.torch;

namespace Trainyard.Models.Digits;

/// <summary>How well a model classifies images.</summary>
/// <param name="Scored">Images scored.</param>
/// <param name="Loss">Mean cross-entropy, in nats.</param>
/// <param name="Accuracy">Share of images whose likeliest digit is right.</param>
internal sealed record DigitScores(long Scored, double Loss, double Accuracy)
{
    private const int BatchSize = 250;

    /// <summary>Scores a model, always on the same images.</summary>
    /// <param name="model">The model.</param>
    /// <param name="set">The images.</param>
    /// <param name="limit">Images at most, spread evenly.</param>
    /// <param name="cancellation">Checked between batches.</param>
    public static DigitScores Of(DigitsModel model, DigitSet set, long limit, CancellationToken cancellation)
    {
        using var noGradient = no_grad();
        var scored = (int)Math.Min(limit, set.Count);
        var (loss, right) = (0.0, 0L);
        for (var done = 0; done < scored; done += BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            int[] chosen =
            [
                .. Enumerable.Range(done, Math.Min(BatchSize, scored - done)).Select(index =>
                    set.Indices[(int)((long)index * set.Count / scored)]),
            ];
            var (images, labels) = set.Images.Batch(chosen);
            var logits = model.Forward(images);
            loss += nn.functional.cross_entropy(logits, labels, reduction: nn.Reduction.Sum).Float();
            right += logits.argmax(1).eq(labels).sum().Long();
        }
        return new(scored, loss / scored, (double)right / scored);
    }
}
