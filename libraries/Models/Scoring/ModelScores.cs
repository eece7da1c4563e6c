using Trainyard.Models.Compute;
using Trainyard.Models.Data;
using Trainyard.Models.Families;
using Trainyard.Tokenizers;
using static TorchSharp.torch;

namespace Trainyard.Models.Scoring;

/// <summary>How well a model predicts the tokens of a text, each from those before it in its window.</summary>
/// <param name="Tokens">Tokens predicted.</param>
/// <param name="Text">The text they stand for; special tokens stand for none.</param>
/// <param name="Loss">Mean cross-entropy, in nats per token.</param>
/// <param name="AccuracyTop1">Share of tokens that were the model's likeliest prediction.</param>
/// <param name="AccuracyTop5">Share of tokens among the five likeliest.</param>
public sealed record ModelScores(long Tokens, TextSize Text, double Loss, double AccuracyTop1, double AccuracyTop5)
{
    /// <summary>Exponential of the loss, infinite above 20.</summary>
    public double Perplexity => Evaluator.Perplexity(Loss);

    /// <summary>Scores a model on tokens, in consecutive windows.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">The one it was trained with.</param>
    /// <param name="tokens">The text; at least two tokens. The first is not predicted.</param>
    /// <param name="context">Tokens of a window; at most the model's context length.</param>
    /// <param name="batchSize">Windows per forward pass.</param>
    /// <param name="maxTokens">Limit on the predicted tokens, in whole windows spread evenly; all tokens when null.</param>
    /// <param name="cancellation">Checked between batches.</param>
    public static ModelScores Of(
        LanguageModel model, BpeTokenizer tokenizer, TokenFile tokens, int context, int batchSize, long? maxTokens,
        CancellationToken cancellation)
    {
        using var noGradient = no_grad();
        var sizes = TokenSizes.Of(tokenizer);
        var text = new TextSize();
        var (loss, top1, top5, predicted) = (0.0, 0L, 0L, 0L);
        foreach (var (starts, length) in Batches(tokens.Count - 1, context, batchSize, maxTokens))
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var (inputs, targets) = (new long[starts.Length * length], new long[starts.Length * length]);
            var window = new long[length + 1];
            for (var row = 0; row < starts.Length; row++)
            {
                tokens.Read(starts[row], window);
                window.AsSpan(0, length).CopyTo(inputs.AsSpan(row * length));
                window.AsSpan(1).CopyTo(targets.AsSpan(row * length));
            }
            var expected = tensor(targets);
            var logits = model.Forward(tensor(inputs, [starts.Length, length]));
            var hits = logits.topk((int)Math.Min(5, logits.shape[1])).indexes.eq(expected.unsqueeze(1));
            loss += nn.functional.cross_entropy(logits, expected, reduction: nn.Reduction.Sum).Float();
            top1 += hits.narrow(1, 0, 1).sum().Long();
            top5 += hits.sum().Long();
            predicted += targets.Length;
            text += sizes.Of(targets);
        }
        return new(predicted, text, loss / predicted, (double)top1 / predicted, (double)top5 / predicted);
    }

    // The last tokens form a shorter window.
    private static IEnumerable<(long[] Starts, int Length)> Batches(long predictable, int context, int batchSize, long? maxTokens)
    {
        var length = (int)Math.Min(context, predictable);
        var available = predictable / length;
        var windows = maxTokens < predictable ? Math.Clamp(maxTokens.Value / length, 1, available) : available;
        for (long done = 0; done < windows; done += batchSize)
        {
            var rows = (int)Math.Min(batchSize, windows - done);
            var first = done;
            yield return ([.. Enumerable.Range(0, rows).Select(row => (first + row) * available / windows * length)], length);
        }
        if (predictable % length is > 0 and var rest && windows == available)
        {
            yield return ([available * length], (int)rest);
        }
    }
}
