using Trainyard.Models.Compute;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Trainyard.Models.Families;

/// <summary>
/// A decoder-only language model: logits, loss, and the next token with a cache. A family implements the hidden states. Safe to use from
/// several threads while nobody trains it.
/// </summary>
public abstract class LanguageModel : Network
{
    // Set while a batch's gradient is computed.
    private EmbeddingGradient? embedding;

    /// <summary>Takes over the parameters, which it disposes.</summary>
    protected LanguageModel(LanguageModelShape shape, IReadOnlyList<NamedTensor> parameters)
        : base(parameters) => Shape = shape;

    /// <inheritdoc/>
    public override LanguageModelShape Shape { get; }

    /// <summary>The matrix of the output layer: float32, (vocabulary, dim).</summary>
    protected abstract Tensor OutputWeight { get; }

    /// <summary>The mask of the attention scores, for this model's blocks.</summary>
    protected CausalMask Mask { get; } = new();

    /// <summary>A fresh model with random weights; see <see cref="ParameterStart"/>.</summary>
    public static LanguageModel Create(LanguageModelShape shape, long seed) => shape.Build(NetworkParameters.Create(shape, seed));

    /// <summary>A model with stored weights.</summary>
    /// <param name="shape">The shape that the weights must have.</param>
    /// <param name="path">A safetensors file, or a folder in Hugging Face's format.</param>
    /// <exception cref="InvalidDataException">A tensor is missing, has another shape, or is not one of this model.</exception>
    /// <exception cref="CheckpointFiles.SafetensorsException">A file is malformed.</exception>
    public static LanguageModel Load(LanguageModelShape shape, string path) => shape.Build(NetworkParameters.Load(shape, path));

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

    /// <summary>Adds the gradient of what is minimised to that of the parameters.</summary>
    /// <param name="tokens">int64, (batch, length).</param>
    /// <param name="targets">int64, (batch, length): the token that follows each.</param>
    /// <param name="dropout">What to drop.</param>
    /// <param name="output">The output layer and what is minimised; its products' format is that of all.</param>
    /// <param name="share">Factor of the gradient.</param>
    /// <returns>The mean cross-entropy, in nats per token.</returns>
    internal double Backward(Tensor tokens, Tensor targets, Dropout? dropout, OutputLayer output, double share)
    {
        embedding = new();
        try
        {
            Tensor hidden;
            using (output.InBfloat16 ? Bfloat16.Products() : null)
            {
                hidden = HiddenStates(tokens, dropout, cache: null);
            }
            var loss = output.Backward(hidden, OutputWeight, targets.reshape(-1), share);
            embedding.Backward();
            return loss.CrossEntropy;
        }
        finally
        {
            embedding = null;
        }
    }

    /// <summary>Logits after the last of <paramref name="tokens"/>, which follow those already in the cache.</summary>
    /// <param name="tokens">int64, (1, length): anything when the cache is empty, else one token.</param>
    /// <param name="cache">Keys and values of what came before; takes up these tokens'.</param>
    /// <returns>float32, (vocabulary).</returns>
    public Tensor Next(Tensor tokens, KeyValueCache cache) => NextOfEach(tokens, cache).squeeze(0);

    /// <summary>Logits after the last token of each sequence.</summary>
    /// <param name="tokens">
    /// int64, (sequences of the cache, length), or (1, length) to begin all alike: anything when the cache is empty, else one token.
    /// </param>
    /// <param name="cache">Keys and values of what came before; takes up these tokens'.</param>
    /// <returns>float32, (sequences, vocabulary).</returns>
    public Tensor NextOfEach(Tensor tokens, KeyValueCache cache)
    {
        var (sequences, length) = (tokens.shape[0], tokens.shape[1]);
        var hidden = HiddenStates(tokens, dropout: null, cache);
        return Products.Linear(hidden.reshape(sequences, length, -1).select(1, length - 1), OutputWeight, bias: null);
    }

    /// <summary>The rows of an embedding.</summary>
    /// <param name="weight">float32, (vocabulary, dim).</param>
    /// <param name="tokens">int64, of any shape.</param>
    /// <returns>float32, (tokens, dim).</returns>
    protected Tensor Embed(Tensor weight, Tensor tokens)
    {
        var ids = tokens.reshape(-1);
        return embedding?.Select(weight, ids) ?? weight.index_select(0, ids);
    }

    /// <summary>The final hidden states, normalised for the output layer.</summary>
    /// <param name="tokens">int64, (batch, length).</param>
    /// <param name="past">Tokens in the cache.</param>
    /// <param name="mask">float32, (length, past + length), or (1, 1): what to add to the scores.</param>
    /// <param name="dropout">What to drop while training; none when null.</param>
    /// <param name="cache">Takes up keys and values; null without one.</param>
    /// <returns>float32, (batch * length, dim).</returns>
    protected abstract Tensor Hidden(Tensor tokens, long past, Tensor mask, Dropout? dropout, KeyValueCache? cache);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            Mask.Dispose();
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
}
