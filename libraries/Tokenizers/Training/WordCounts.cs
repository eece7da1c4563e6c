namespace Trainyard.Tokenizers;

/// <summary>How often each word of some text occurs, and how much text that was.</summary>
internal sealed class WordCounts
{
    public WordTable<ulong> Words { get; } = new(1 << 14);

    public long Lines { get; set; }

    public long Bytes { get; private set; }

    /// <summary>Stretches of text between white space.</summary>
    public long SpacedWords { get; private set; }

    /// <summary>Counts the words of a text, already normalized.</summary>
    public void AddText(ReadOnlySpan<byte> text)
    {
        var afterSpace = true;
        for (var (start, end) = (0, 0); start < text.Length; start = end)
        {
            end = WordScanner.NextEnd(text, start);
            Words.GetOrAdd(text, start, end, out _)++;

            var isSpace = CharacterClasses.IsSpace(text[start..end]);
            if (!isSpace && (afterSpace || text[start] == ' '))
            {
                SpacedWords++;
            }
            afterSpace = isSpace;
        }

        Bytes += text.Length;
    }

    /// <summary>Counts the word <c>text[start..end]</c>.</summary>
    public void AddWord(ReadOnlySpan<byte> text, int start, int end, bool startsSpacedWord)
    {
        Words.GetOrAdd(text, start, end, out _)++;
        SpacedWords += startsSpacedWord ? 1 : 0;
        Bytes += end - start;
    }

    public void Add(WordCounts other)
    {
        other.Words.ForEach((word, ref count) => Words.GetOrAdd(word, 0, word.Length, out _) += count);
        Lines += other.Lines;
        Bytes += other.Bytes;
        SpacedWords += other.SpacedWords;
    }
}
