using static TorchSharp.torch;

namespace Trainyard.Models.Data;

/// <summary>
/// Cuts tokens into windows and shuffles them every epoch. The windows of a step are a function of seed, epoch and position alone, so a
/// resumed run needs only its step.
/// </summary>
/// <param name="tokens">What to cut.</param>
/// <param name="length">Tokens per window; each predicts the next.</param>
/// <param name="batchSize">Windows per batch.</param>
/// <param name="seed">Of the order.</param>
public sealed class WindowSampler(TokenFile tokens, int length, int batchSize, long seed)
{
    private int? shuffledEpoch;
    private int[] order = [];
    private int offset;

    /// <summary>Windows per epoch. A partial window at the end is dropped, at a different place every epoch.</summary>
    public int Windows { get; } = (int)Math.Min(int.MaxValue, Math.Max(0, (tokens.Count - 1) / length));

    /// <summary>Full batches per epoch; a corpus smaller than one batch gives one that repeats windows.</summary>
    public int BatchesPerEpoch => Math.Max(1, Windows / batchSize);

    /// <summary>Inputs and, for each, the token that follows it: int64, (batch size, length).</summary>
    public (Tensor Inputs, Tensor Targets) Batch(int epoch, int batch)
    {
        Shuffle(epoch);
        var inputs = new long[batchSize * length];
        var targets = new long[batchSize * length];
        var window = new long[length + 1];
        for (var row = 0; row < batchSize; row++)
        {
            var start = offset + (long)order[(int)(((long)batch * batchSize + row) % Windows)] * length;
            tokens.Read(start, window);
            window.AsSpan(0, length).CopyTo(inputs.AsSpan(row * length));
            window.AsSpan(1).CopyTo(targets.AsSpan(row * length));
        }
        return (tensor(inputs, [batchSize, length]), tensor(targets, [batchSize, length]));
    }

    private void Shuffle(int epoch)
    {
        if (shuffledEpoch == epoch)
        {
            return;
        }

        var random = new SplitMix64(SplitMix64.Mix((ulong)seed, (ulong)epoch));
        var slack = tokens.Count - 1 - (long)Windows * length;
        offset = random.Below((int)Math.Min(slack, int.MaxValue - 1) + 1);
        order = [.. Enumerable.Range(0, Windows)];
        for (var last = Windows - 1; last > 0; last--)
        {
            var other = random.Below(last + 1);
            (order[last], order[other]) = (order[other], order[last]);
        }
        shuffledEpoch = epoch;
    }
}
