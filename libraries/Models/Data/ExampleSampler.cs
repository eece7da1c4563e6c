namespace Trainyard.Models.Data;

/// <summary>
/// Orders examples anew every epoch. The examples of a batch are a function of seed, epoch and position alone, so a resumed run needs only
/// its step.
/// </summary>
/// <param name="count">Number of examples; at least 1.</param>
/// <param name="batchSize">Examples per batch.</param>
/// <param name="seed">Of the order.</param>
public sealed class ExampleSampler(int count, int batchSize, long seed)
{
    private int? shuffledEpoch;
    private int[] order = [];

    /// <summary>Full batches per epoch; fewer examples than a batch give one that repeats them.</summary>
    public int BatchesPerEpoch => Math.Max(1, count / batchSize);

    /// <summary>The indices of a batch.</summary>
    /// <param name="epoch">From 0.</param>
    /// <param name="batch">From 0.</param>
    public int[] Batch(int epoch, int batch)
    {
        if (shuffledEpoch != epoch)
        {
            order = Shuffled(count, SplitMix64.Mix((ulong)seed, (ulong)epoch));
            shuffledEpoch = epoch;
        }
        var indices = new int[batchSize];
        for (var row = 0; row < batchSize; row++)
        {
            indices[row] = order[(int)((((long)batch * batchSize) + row) % count)];
        }
        return indices;
    }

    /// <summary>The numbers below <paramref name="count"/> in a random order.</summary>
    public static int[] Shuffled(int count, ulong seed)
    {
        var random = new SplitMix64(seed);
        int[] shuffled = [.. Enumerable.Range(0, count)];
        for (var last = count - 1; last > 0; last--)
        {
            var other = random.Below(last + 1);
            (shuffled[last], shuffled[other]) = (shuffled[other], shuffled[last]);
        }
        return shuffled;
    }
}
