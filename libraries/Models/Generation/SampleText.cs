using Trainyard.Tokenizers;

namespace Trainyard.Models.Generation;

/// <summary>One of the texts that are generated together: its tokens, its random numbers and its end.</summary>
internal sealed class SampleText
{
    private readonly List<int> tokens;
    private readonly Sampler sampler;
    private readonly HashSet<int>? read;
    private readonly TextEnding ending;
    private readonly TokenDecoder decoder;
    private readonly int? endOfText;
    private string piece = "";

    public SampleText(int index, IEnumerable<int> start, BpeTokenizer tokenizer, SamplingOptions options)
    {
        Index = index;
        tokens = [.. start];
        sampler = new(options with { Seed = SamplingOptions.SeedOf(options.Seed, index) });
        read = options.RepetitionPenalty is null ? null : [.. tokens];
        ending = new(options.Stop);
        decoder = new(tokenizer);
        endOfText = tokenizer.EndOfTextId;
    }

    /// <summary>Which of the texts it is, from 0.</summary>
    public int Index { get; }

    /// <summary>Whether it has ended.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Draws the next token.</summary>
    /// <param name="logits">(vocabulary); changed in place.</param>
    public void Draw(Span<float> logits)
    {
        if (IsOver)
        {
            // Any token: what follows the end is not read.
            tokens.Add(tokens[^1]);
            return;
        }
        var token = sampler.Next(logits, read);
        tokens.Add(token);
        if (token == endOfText)
        {
            IsOver = true;
            return;
        }
        read?.Add(token);
        piece = ending.Add(decoder.Add(token));
        IsOver = ending.Reached;
    }

    /// <summary>The text that the last token added.</summary>
    public string Take()
    {
        var taken = piece;
        piece = "";
        return taken;
    }

    /// <summary>What was held back until no more tokens come.</summary>
    public string End() => ending.Reached ? "" : ending.Add(decoder.End()) + ending.End();

    /// <summary>The last tokens.</summary>
    public int[] Last(int count) => [.. tokens.TakeLast(count)];
}
