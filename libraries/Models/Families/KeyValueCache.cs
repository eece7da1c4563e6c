using static TorchSharp.torch;

namespace Trainyard.Models.Families;

/// <summary>
/// Keys and values of the tokens a model has read, so that the next one costs one position instead of all. Allocated once.
/// </summary>
public sealed class KeyValueCache : IDisposable
{
    private readonly LayerCache[] layers;

    /// <summary>Allocates room for a whole context, or for fewer tokens where fewer are enough.</summary>
    /// <param name="shape">The model's shape.</param>
    /// <param name="capacity">Tokens it can hold; the model's context when null or larger.</param>
    public KeyValueCache(LanguageModelShape shape, int? capacity = null)
    {
        Capacity = Math.Clamp(capacity ?? shape.MaxSeqLen, 1, shape.MaxSeqLen);
        layers = [.. Enumerable.Range(0, shape.Layers).Select(_ => new LayerCache(shape.CachedHeads, Capacity, shape.HeadWidth))];
    }

    /// <summary>Tokens it can hold.</summary>
    public int Capacity { get; }

    /// <summary>Tokens read so far.</summary>
    public long Length => layers[0].Length;

    internal LayerCache this[int layer] => layers[layer];

    /// <summary>Forgets everything.</summary>
    public void Clear() => Array.ForEach(layers, layer => layer.Clear());

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(layers, layer => layer.Dispose());
}

internal sealed class LayerCache : IDisposable
{
    private readonly Tensor keys;
    private readonly Tensor values;

    public LayerCache(long heads, long capacity, long headDim)
    {
        keys = empty(heads, capacity, headDim).DetachFromDisposeScope();
        values = empty(heads, capacity, headDim).DetachFromDisposeScope();
    }

    public long Length { get; private set; }

    /// <summary>Takes up the keys and values of the next positions.</summary>
    /// <param name="key">(heads, positions, dim of a head).</param>
    /// <param name="value">(heads, positions, dim of a head).</param>
    /// <returns>Those of all positions so far: views, valid until the next call.</returns>
    public (Tensor Keys, Tensor Values) Append(Tensor key, Tensor value)
    {
        var added = key.shape[1];
        keys.narrow(1, Length, added).copy_(key.detach());
        values.narrow(1, Length, added).copy_(value.detach());
        Length += added;
        return (keys.narrow(1, 0, Length), values.narrow(1, 0, Length));
    }

    public void Clear() => Length = 0;

    public void Dispose()
    {
        keys.Dispose();
        values.Dispose();
    }
}
