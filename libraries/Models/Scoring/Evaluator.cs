using Trainyard.Models.Compute;
using Trainyard.Models.Data;
using Trainyard.Models.Families;
using static TorchSharp.torch;

namespace Trainyard.Models.Scoring;

/// <summary>
/// The loss on held-out tokens, always on the same windows: all of them, or up to <paramref name="maxTokens"/> tokens, spread evenly.
/// </summary>
/// <param name="tokens">The held-out tokens; at least two.</param>
/// <param name="contextLength">The model's context length; windows are shorter if there are fewer tokens.</param>
/// <param name="batchSize">Windows per forward pass.</param>
/// <param name="maxTokens">A limit, so that a large corpus does not stop training for long.</param>
public sealed class Evaluator(TokenFile tokens, int contextLength, int batchSize, long maxTokens = 1 << 16)
{
    private readonly int length = (int)Math.Min(contextLength, tokens.Count - 1);

    /// <summary>How many tokens are predicted.</summary>
    public long Tokens => Windows * length;

    private long Windows => Math.Max(1, Math.Min((tokens.Count - 1) / length, maxTokens / length));

    /// <summary>Exponential of a loss, infinite above 20: such a model is useless, and its values would spoil chart scales.</summary>
    public static double Perplexity(double loss) => loss > 20 ? double.PositiveInfinity : Math.Exp(loss);

    /// <summary>The size of the text that is predicted.</summary>
    public TextSize SizeOf(TokenSizes sizes)
    {
        var window = new long[length + 1];
        var size = new TextSize();
        for (long index = 0; index < Windows; index++)
        {
            tokens.Read(StartOf(index), window);
            size += sizes.Of(window.AsSpan(1));
        }
        return size;
    }

    /// <summary>Mean cross-entropy in nats per token.</summary>
    public double Loss(LanguageModel model, CancellationToken cancellation)
    {
        using var noGradient = no_grad();
        var window = new long[length + 1];
        double sum = 0;
        for (long done = 0; done < Windows;)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var rows = (int)Math.Min(batchSize, Windows - done);
            var (inputs, targets) = (new long[rows * length], new long[rows * length]);
            for (var row = 0; row < rows; row++)
            {
                tokens.Read(StartOf(done + row), window);
                window.AsSpan(0, length).CopyTo(inputs.AsSpan(row * length));
                window.AsSpan(1).CopyTo(targets.AsSpan(row * length));
            }
            sum += model.Loss(tensor(inputs, [rows, length]), tensor(targets, [rows, length])).Float() * (double)rows;
            done += rows;
        }
        return sum / Windows;
    }

    private long StartOf(long index) => index * ((tokens.Count - 1) / length) / Windows * length;
}
