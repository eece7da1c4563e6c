using static TorchSharp.torch;

namespace Trainyard.Models.Families;

/// <summary>
/// Keys and values of the tokens a model has read, so that the next one costs one position instead of all. Allocated once, for one sequence
/// or for several of the same length.
/// </summary>
public sealed class KeyValueCache : IDisposable
{
    private readonly LayerCache[] layers;

    /// <summary>Allocates room for a whole context, or for fewer tokens where fewer are enough.</summary>
    /// <param name="shape">The model's shape.</param>
    /// <param name="capacity">Tokens it can hold; the model's context when null or larger.</param>
    /// <param name="sequences">How many sequences it holds.</param>
    public KeyValueCache(LanguageModelShape shape, int? capacity = null, int sequences = 1)
    {
        Capacity = Math.Clamp(capacity ?? shape.MaxSeqLen, 1, shape.MaxSeqLen);
        Sequences = sequences;
        layers =
        [
            .. Enumerable.Range(0, shape.Layers)
                .Select(_ => new LayerCache((long)sequences * shape.CachedHeads, Capacity, shape.HeadWidth)),
        ];
    }

    /// <summary>How many sequences it holds.</summary>
    public int Sequences { get; }

    /// <summary>Tokens it can hold.</summary>
    public int Capacity { get; }

    /// <summary>Tokens read so far.</summary>
    public long Length => layers[0].Length;

    /// <summary>The part of a layer, from 0.</summary>
    public LayerCache this[int layer] => layers[layer];

    /// <summary>Forgets everything.</summary>
    public void Clear() => Array.ForEach(layers, layer => layer.Clear());

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(layers, layer => layer.Dispose());
}

/// <summary>The keys and values of one layer, or whatever else a layer has to know of the tokens before.</summary>
public sealed class LayerCache : IDisposable
{
    private readonly Tensor keys;
    private readonly Tensor values;

    internal LayerCache(long heads, long capacity, long headDim)
    {
        keys = empty(heads, capacity, headDim).DetachFromDisposeScope();
        values = empty(heads, capacity, headDim).DetachFromDisposeScope();
    }

    /// <summary>Positions taken up.</summary>
    public long Length { get; private set; }

    /// <summary>The keys of all positions so far: a view, valid until the next call of <see cref="Append"/>.</summary>
    public Tensor Keys => keys.narrow(1, 0, Length);

    /// <summary>Takes up the keys and values of the next positions. Those of one sequence are the beginning of all.</summary>
    /// <param name="key">(sequences * heads, positions, dim of a head).</param>
    /// <param name="value">(sequences * heads, positions, dim of a head).</param>
    /// <returns>Those of all positions so far, of as many sequences as given: views, valid until the next call.</returns>
    public (Tensor Keys, Tensor Values) Append(Tensor key, Tensor value)
    {
        var (rows, added) = (key.shape[0], key.shape[1]);
        var copies = keys.shape[0] / rows;
        keys.narrow(1, Length, added).copy_(key.detach().repeat(copies, 1, 1));
        values.narrow(1, Length, added).copy_(value.detach().repeat(copies, 1, 1));
        Length += added;
        return (keys.narrow(0, 0, rows).narrow(1, 0, Length), values.narrow(0, 0, rows).narrow(1, 0, Length));
    }

    internal void Clear() => Length = 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        keys.Dispose();
        values.Dispose();
    }
}
