using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Trainyard.Tokenizers;

/// <summary>How often each word of some text occurs, and how much text that was.</summary>
internal sealed class WordCounts(WordSplitter splitter)
{
    public WordTable<ulong> Words { get; } = new(1 << 14);

    public long Lines { get; set; }

    public long Bytes { get; private set; }

    /// <summary>Stretches of text between white space.</summary>
    public long SpacedWords { get; private set; }

    /// <summary>Counts the words of a text, already normalized.</summary>
    public void AddText(ReadOnlySpan<byte> text)
    {
        var counter = new Counter(this);
        splitter.Split(text, ref counter);
        Bytes += text.Length;
    }

    /// <summary>Counts the word <c>text[start..end]</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where the word starts.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="afterSpace">Whether white space, or nothing, is before it; then whether the word ends with white space.</param>
    /// <returns>Whether the word is white space.</returns>
    public bool AddWord(ReadOnlySpan<byte> text, int start, int end, ref bool afterSpace)
    {
        Bytes += end - start;
        return Count(text, start, end, ref afterSpace);
    }

    public void Add(WordCounts other)
    {
        other.Words.ForEach((word, ref count) => Words.GetOrAdd(word, 0, word.Length, out _) += count);
        Lines += other.Lines;
        Bytes += other.Bytes;
        SpacedWords += other.SpacedWords;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Count(ReadOnlySpan<byte> text, int start, int end, ref bool afterSpace)
    {
        Words.GetOrAdd(text, start, end, out _)++;
        var word = text[start..end];
        var endsWithSpace = WordShape.EndsWithSpace(word);
        var isSpace = endsWithSpace && WordShape.IsSpace(word);
        if (!isSpace)
        {
            SpacedWords += (afterSpace || WordShape.StartsWithSpace(word) ? 1 : 0) + WordShape.InnerStretches(word);
        }
        afterSpace = endsWithSpace;
        return isSpace;
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Counter(WordCounts counts) : IWordVisitor
    {
        private bool _afterSpace = true;

        public void Visit(ReadOnlySpan<byte> text, int start, int end) => counts.Count(text, start, end, ref _afterSpace);
    }
}
