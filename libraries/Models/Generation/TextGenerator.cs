using Trainyard.Models.Checkpoints;
using Trainyard.Models.Compute;
using Trainyard.Models.Families;
using Trainyard.Models.Runs;
using Trainyard.Tokenizers;
using static TorchSharp.torch;

namespace Trainyard.Models.Generation;

/// <summary>Continues text with a trained model. Several threads may generate at once.</summary>
/// <param name="model">Disposed with the generator.</param>
/// <param name="tokenizer">The one the model was trained with.</param>
public sealed class TextGenerator(LanguageModel model, BpeTokenizer tokenizer) : IDisposable
{
    /// <summary>Opens a run's model: the final one, else that of its newest intact checkpoint.</summary>
    /// <exception cref="InvalidDataException">The run has no usable model yet.</exception>
    public static TextGenerator Open(RunFolder run)
    {
        TorchRuntime.EnsureLoaded();
        if (!File.Exists(run.Config) || !File.Exists(run.Tokenizer))
        {
            throw new InvalidDataException("The run has no model yet.");
        }

        var shape = ModelFamilies.ReadLanguageModel(File.ReadAllText(run.Config));
        var tokenizer = BpeTokenizer.Load(run.Tokenizer);
        if (File.Exists(run.Weights))
        {
            return new(LanguageModel.Load(shape, run.Weights), tokenizer);
        }

        var store = new CheckpointStore(run.Checkpoints);
        var checkpoint = store.NewestIntact(atOrBefore: null, damaged: _ => { })
            ?? throw new InvalidDataException("The run has no model and no intact checkpoint yet.");
        return new(LanguageModel.Load(shape, Path.Combine(store.PathOf(checkpoint.State.Step), CheckpointStore.WeightsFile)), tokenizer);
    }

    /// <summary>The tokens of a text.</summary>
    public int[] Encode(string text) => tokenizer.Encode(text);

    /// <summary>Counts the tokens of a prompt, and those that the model can't read.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="options">Sampling options.</param>
    public PromptTokens Count(string prompt, SamplingOptions options)
    {
        var tokens = tokenizer.EncodePrompt(prompt).Length;
        return new(tokens, Math.Max(0, tokens - PromptRoom(tokens, options)));
    }

    /// <summary>
    /// Continues <paramref name="prompt"/>. Yields text as it is generated, until an end-of-text token. Of a prompt longer than the context
    /// it reads the end; see <see cref="Count"/>.
    /// </summary>
    /// <param name="prompt">The prompt; empty to start a new document.</param>
    /// <param name="options">Sampling options.</param>
    /// <param name="cancellation">Checked between tokens.</param>
    public IEnumerable<string> Generate(string prompt, SamplingOptions options, CancellationToken cancellation = default)
    {
        var sampler = new Sampler(options);
        var text = Start(prompt);
        using var cache = new KeyValueCache(model.Shape, text.Count + options.MaxNewTokens);
        HashSet<int>? read = options.RepetitionPenalty is null ? null : [.. text];
        var ending = new TextEnding(options.Stop);
        List<int> unread = [.. text.TakeLast(PromptRoom(text.Count, options))];
        var decoder = new TokenDecoder(tokenizer);
        for (var made = 0; made < options.MaxNewTokens; made++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (cache.Length + unread.Count > model.Shape.MaxSeqLen)
            {
                // The context is full: keep its newer half, so that re-reading it is needed only rarely.
                cache.Clear();
                unread = [.. text.TakeLast(Math.Max(1, model.Shape.MaxSeqLen / 2))];
            }
            var token = Next(unread, cache, sampler, read);
            if (token == tokenizer.EndOfTextId)
            {
                break;
            }

            text.Add(token);
            read?.Add(token);
            unread = [token];
            if (ending.Add(decoder.Add(token)) is { Length: > 0 } piece)
            {
                yield return piece;
            }
            if (ending.Reached)
            {
                yield break;
            }
        }
        if (ending.Add(decoder.End()) + ending.End() is { Length: > 0 } rest)
        {
            yield return rest;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => model.Dispose();

    /// <summary>How many tokens of a prompt are read. A cut one leaves room for new tokens, up to half the context.</summary>
    private int PromptRoom(int tokens, SamplingOptions options) => tokens <= model.Shape.MaxSeqLen
        ? tokens
        : Math.Max(model.Shape.MaxSeqLen - options.MaxNewTokens, Math.Max(1, model.Shape.MaxSeqLen / 2));

    private List<int> Start(string prompt)
    {
        List<int> tokens = [.. tokenizer.EncodePrompt(prompt)];
        if (tokens.Count == 0)
        {
            tokens.Add(tokenizer.EndOfTextId ?? tokenizer.Encode("\n")[0]);
        }
        return tokens;
    }

    private int Next(List<int> unread, KeyValueCache cache, Sampler sampler, HashSet<int>? read)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var logits = model.Next(tensor([.. unread.Select(token => (long)token)], [1, unread.Count]), cache);
        // A model may have rows for more tokens than its tokenizer, for instance to make their number even.
        var next = sampler.Next(logits.Floats()[..Math.Min(tokenizer.VocabularySize, model.Shape.VocabularySize)], read);
        GC.KeepAlive(logits);
        return next;
    }
}
