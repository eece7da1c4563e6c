using static TorchSharp.torch;

namespace Trainyard.Models.Gpt2;

/// <summary>Keys and values of the tokens a model has read, so that the next one costs one position instead of all.</summary>
public sealed class KeyValueCache(Gpt2Shape shape) : IDisposable
{
    private readonly LayerCache[] layers = [.. Enumerable.Range(0, shape.Layers).Select(_ => new LayerCache())];

    /// <summary>Tokens read so far.</summary>
    public long Length => layers[0].Length;

    internal LayerCache this[int layer] => layers[layer];

    /// <summary>Forgets everything.</summary>
    public void Clear() => Array.ForEach(layers, layer => layer.Clear());

    /// <inheritdoc/>
    public void Dispose() => Clear();
}

internal sealed class LayerCache
{
    private Tensor? keys;
    private Tensor? values;

    public long Length => keys?.shape[1] ?? 0;

    public (Tensor Keys, Tensor Values) Append(Tensor key, Tensor value)
    {
        var (allKeys, allValues) = keys is null || values is null
            ? (key.alias(), value.alias())
            : (cat([keys, key], 1), cat([values, value], 1));
        Clear();
        keys = allKeys.DetachFromDisposeScope();
        values = allValues.DetachFromDisposeScope();
        return (keys, values);
    }

    public void Clear()
    {
        keys?.Dispose();
        values?.Dispose();
        (keys, values) = (null, null);
    }
}
