namespace Trainyard.Tokenizers;

/// <summary>The matcher of a pattern: hand-written, because an engine of regular expressions is ten times slower.</summary>
internal interface IWordRules
{
    /// <summary>The end of the word that starts at <paramref name="start"/>; there must be at least one byte left.</summary>
    static abstract int NextEnd(ReadOnlySpan<byte> text, int start);
}

/// <summary>Receives the words of a text.</summary>
internal interface IWordVisitor
{
    /// <summary>Handles the word <c>text[start..end]</c>.</summary>
    void Visit(ReadOnlySpan<byte> text, int start, int end);
}

/// <summary>
/// Splits UTF-8 text into words. The loop is compiled for each pattern and visitor, so that choosing a pattern costs a call for each text
/// and nothing for each word. A byte that is not valid UTF-8 counts as a sign.
/// </summary>
internal abstract class WordSplitter
{
    private static readonly WordSplitter _gpt2 = new Splitter<Gpt2Words>(), _cl100k = new Splitter<Cl100kWords>(),
        _o200k = new Splitter<O200kWords>(), _qwen2 = new Splitter<Qwen2Words>();

    /// <summary>The splitter of a pattern.</summary>
    public static WordSplitter Of(WordPattern pattern) => pattern switch
    {
        WordPattern.Gpt2 => _gpt2,
        WordPattern.Cl100k => _cl100k,
        WordPattern.O200k => _o200k,
        WordPattern.Qwen2 => _qwen2,
        _ => throw new ArgumentOutOfRangeException(nameof(pattern), pattern, "Unknown pattern."),
    };

    /// <summary>Hands the words of a text to a visitor, in order.</summary>
    public abstract void Split<TVisitor>(ReadOnlySpan<byte> text, ref TVisitor visitor)
        where TVisitor : struct, IWordVisitor;

    private sealed class Splitter<TRules> : WordSplitter
        where TRules : struct, IWordRules
    {
        public override void Split<TVisitor>(ReadOnlySpan<byte> text, ref TVisitor visitor)
        {
            for (var (start, end) = (0, 0); start < text.Length; start = end)
            {
                end = TRules.NextEnd(text, start);
                visitor.Visit(text, start, end);
            }
        }
    }
}
