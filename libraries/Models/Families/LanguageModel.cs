using TorchSharp;
using Trainyard.Models.Storage;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Trainyard.Models.Families;

/// <summary>
/// A decoder-only language model: logits, loss, and the next token with a cache. A family implements the hidden states. Safe to use from
/// several threads while nobody trains it.
/// </summary>
public abstract class LanguageModel : IDisposable
{
    /// <summary>Takes over the parameters, which it disposes.</summary>
    protected LanguageModel(LanguageModelShape shape, IReadOnlyList<NamedTensor> parameters) => (Shape, Parameters) = (shape, parameters);

    /// <summary>The model's shape.</summary>
    public LanguageModelShape Shape { get; }

    /// <summary>Trainable tensors, in the order of <see cref="LanguageModelShape.Parameters"/>.</summary>
    public IReadOnlyList<NamedTensor> Parameters { get; }

    /// <summary>Receives the number of each block, from 0, and its output, (batch * length, dim), while statistics are taken.</summary>
    internal Action<int, Tensor>? BlockObserver { get; set; }

    /// <summary>The matrix of the output layer: float32, (vocabulary, dim).</summary>
    protected abstract Tensor OutputWeight { get; }

    /// <summary>The mask of the attention scores, for this model's blocks.</summary>
    protected CausalMask Mask { get; } = new();

    /// <summary>A fresh model with random weights; see <see cref="ParameterStart"/>.</summary>
    public static LanguageModel Create(LanguageModelShape shape, long seed)
    {
        using var random = new Generator((ulong)seed);
        var residualDeviation = 0.02 * (1 / Math.Sqrt(2.0 * shape.Layers));
        return Build(shape, (spec, tensor) =>
        {
            switch (spec.Start)
            {
                case ParameterStart.Normal:
                    tensor.normal_(0, 0.02, random);
                    break;
                case ParameterStart.NormalToResidual:
                    tensor.normal_(0, residualDeviation, random);
                    break;
                default:
                    using (Scalar value = spec.Start is ParameterStart.One ? 1 : 0)
                    {
                        tensor.fill_(value);
                    }
                    break;
            }
        });
    }

    /// <summary>A model with stored weights.</summary>
    /// <param name="shape">The shape that the weights must have.</param>
    /// <param name="path">A safetensors file, or a folder in Hugging Face's format.</param>
    /// <exception cref="InvalidDataException">A tensor is missing, has another shape, or is not one of this model.</exception>
    /// <exception cref="CheckpointFiles.SafetensorsException">A file is malformed.</exception>
    public static LanguageModel Load(LanguageModelShape shape, string path)
    {
        using var weights = ModelWeights.Open(path);
        weights.Require(shape);
        return Build(shape, (spec, tensor) => weights.Read(spec.Name, tensor));
    }

    /// <summary>Logits for every position.</summary>
    /// <param name="tokens">int64, (batch, length), length at most <see cref="LanguageModelShape.MaxSeqLen"/>.</param>
    /// <param name="dropout">What to drop while training; none when null.</param>
    /// <returns>float32, (batch * length, vocabulary).</returns>
    public Tensor Forward(Tensor tokens, Dropout? dropout = null) =>
        functional.linear(HiddenStates(tokens, dropout, cache: null), OutputWeight);

    /// <summary>Mean cross-entropy, in nats per token.</summary>
    /// <param name="tokens">int64, (batch, length).</param>
    /// <param name="targets">int64, (batch, length): the token that follows each.</param>
    /// <param name="dropout">What to drop while training; none when null.</param>
    public Tensor Loss(Tensor tokens, Tensor targets, Dropout? dropout = null) =>
        functional.cross_entropy(Forward(tokens, dropout), targets.reshape(-1));

    /// <summary>Logits after the last of <paramref name="tokens"/>, which follow those already in the cache.</summary>
    /// <param name="tokens">int64, (1, length): anything when the cache is empty, else one token.</param>
    /// <param name="cache">Keys and values of what came before; takes up these tokens'.</param>
    /// <returns>float32, (vocabulary).</returns>
    public Tensor Next(Tensor tokens, KeyValueCache cache)
    {
        var hidden = HiddenStates(tokens, dropout: null, cache);
        return functional.linear(hidden[^1].unsqueeze(0), OutputWeight).squeeze(0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>The final hidden states, normalised for the output layer.</summary>
    /// <param name="tokens">int64, (batch, length).</param>
    /// <param name="past">Tokens in the cache.</param>
    /// <param name="mask">float32, (length, past + length), or (1, 1): what to add to the scores.</param>
    /// <param name="dropout">What to drop while training; none when null.</param>
    /// <param name="cache">Takes up keys and values; null without one.</param>
    /// <returns>float32, (batch * length, dim).</returns>
    protected abstract Tensor Hidden(Tensor tokens, long past, Tensor mask, Dropout? dropout, KeyValueCache? cache);

    /// <summary>Shows a block's output to the observer, if there is one.</summary>
    protected void ShowBlock(int block, Tensor output) => BlockObserver?.Invoke(block, output);

    /// <summary>Disposes the parameters; families add their buffers.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
        {
            return;
        }
        Mask.Dispose();
        foreach (var parameter in Parameters)
        {
            parameter.Tensor.Dispose();
        }
    }

    private Tensor HiddenStates(Tensor tokens, Dropout? dropout, KeyValueCache? cache)
    {
        var (length, past) = (tokens.shape[1], cache?.Length ?? 0);
        if (past + length > Shape.MaxSeqLen || (past > 0 && length > 1))
        {
            throw new ArgumentException($"{length} tokens after {past} do not fit a context of {Shape.MaxSeqLen}.", nameof(tokens));
        }
        // One token sees everything before it.
        return Hidden(tokens, past, Mask.For(past > 0 ? 1 : length), dropout, cache);
    }

    private static LanguageModel Build(LanguageModelShape shape, Action<ParameterSpec, Tensor> fill)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var parameters = new List<NamedTensor>();
        foreach (var spec in shape.Parameters())
        {
            var tensor = empty(spec.Size);
            fill(spec, tensor);
            parameters.Add(new(spec.Name, tensor));
        }
        foreach (var parameter in parameters)
        {
            parameter.Tensor.requires_grad = true;
            parameter.Tensor.DetachFromDisposeScope();
        }
        return shape.Build(parameters);
    }
}
