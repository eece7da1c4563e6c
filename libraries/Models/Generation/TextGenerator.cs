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
    /// <summary>The most texts to generate at once: each is the same as if it were generated alone.</summary>
    public const int MaxSamples = Products.MaxFewRows;

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
    public IEnumerable<string> Generate(string prompt, SamplingOptions options, CancellationToken cancellation = default) =>
        GenerateSeveral(prompt, options, count: 1, cancellation).Select(piece => piece.Text);

    /// <summary>
    /// Continues <paramref name="prompt"/> several times at once, as <see cref="Generate"/> does. The prompt is read once, and the weights
    /// once for a token of all texts.
    /// </summary>
    /// <param name="prompt">The prompt; empty to start a new document.</param>
    /// <param name="options">Sampling options, with the seed of the first text. That of each other is one more.</param>
    /// <param name="count">How many texts.</param>
    /// <param name="cancellation">Checked between tokens.</param>
    public IEnumerable<SamplePiece> GenerateSeveral(
        string prompt, SamplingOptions options, int count, CancellationToken cancellation = default)
    {
        var start = Start(prompt);
        using var cache = new KeyValueCache(model.Shape, start.Count + options.MaxNewTokens, count);
        SampleText[] texts =
            [.. Enumerable.Range(0, count).Select(index => new SampleText(index, start, tokenizer, options))];
        var scratch = new float[Math.Min(tokenizer.VocabularySize, model.Shape.VocabularySize)];
        int[][] unread = [[.. start.TakeLast(PromptRoom(start.Count, options))]];
        for (var made = 0; made < options.MaxNewTokens && Array.Exists(texts, text => !text.IsOver); made++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (cache.Length + unread[0].Length > model.Shape.MaxSeqLen)
            {
                // The context is full: keep its newer half, so that re-reading it is needed only rarely.
                cache.Clear();
                unread = [.. texts.Select(text => text.Last(Math.Max(1, model.Shape.MaxSeqLen / 2)))];
            }
            Draw(unread, cache, texts, scratch);
            unread = [.. texts.Select(text => text.Last(1))];
            foreach (var text in texts)
            {
                if (text.Take() is { Length: > 0 } piece)
                {
                    yield return new(text.Index, piece);
                }
            }
        }
        foreach (var text in texts)
        {
            if (text.End() is { Length: > 0 } rest)
            {
                yield return new(text.Index, rest);
            }
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

    /// <summary>Draws the next token of each text. A text that is over keeps its place, so that all have the same length.</summary>
    private void Draw(int[][] unread, KeyValueCache cache, SampleText[] texts, float[] scratch)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        long[] tokens = [.. unread.SelectMany(text => text).Select(token => (long)token)];
        var logits = model.NextOfEach(tensor(tokens, [unread.Length, unread[0].Length]), cache);
        foreach (var text in texts)
        {
            // Of a copy, because the penalty changes it, and all texts share the logits after the prompt. A model may have rows for more
            // tokens than its tokenizer, for instance to make their number even.
            var row = unread.Length == 1 ? 0 : text.Index;
            logits.Floats().Slice(row * model.Shape.VocabularySize, scratch.Length).CopyTo(scratch);
            text.Draw(scratch);
        }
        GC.KeepAlive(logits);
    }
}
