namespace Trainyard.Tokenizers;

/// <summary>How often each word of some lines occurs, and how much text that was.</summary>
internal sealed class WordCounts
{
    public WordTable<ulong> Words { get; } = new(1 << 14);

    public long Lines { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Stretches of text between white space.</summary>
    public long SpacedWords { get; private set; }

    /// <summary>Counts the words of one line, already normalized.</summary>
    public void AddLine(ReadOnlySpan<byte> line)
    {
        var afterSpace = true;
        for (var (start, end) = (0, 0); start < line.Length; start = end)
        {
            end = WordScanner.NextEnd(line, start);
            Words.GetOrAdd(line, start, end, out _)++;

            var isSpace = CharacterClasses.IsSpace(line[start..end]);
            if (!isSpace && (afterSpace || line[start] == ' '))
                SpacedWords++;
            afterSpace = isSpace;
        }

        Lines++;
        Bytes += line.Length;
    }

    public void Add(WordCounts other)
    {
        other.Words.ForEach((word, ref count) => Words.GetOrAdd(word, 0, word.Length, out _) += count);
        Lines += other.Lines;
        Bytes += other.Bytes;
        SpacedWords += other.SpacedWords;
    }
}
