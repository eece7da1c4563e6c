namespace Trainyard.Tokenizers;

/// <summary>
/// Sorts the words of whole documents by the line they start in: those of lines that train, those of lines that are held out, and the rest,
/// which is not counted. So every word is one that encoding meets, even where it spans two lines.
/// </summary>
internal sealed class SelectedWords(LineSelection selection, WordCounts training, WordCounts heldOut)
{
    private WordCounts? _current;
    private long _line;
    private bool _lineIsNew;

    /// <summary>Goes to the line that the next text starts in.</summary>
    /// <param name="line">Its index over the whole corpus.</param>
    /// <param name="isNew">Whether the text is its first.</param>
    public void StartAt(long line, bool isNew)
    {
        (_line, _lineIsNew) = (line, isNew);
        _current = selection.Of(line) switch
        {
            LineUse.Train => training,
            LineUse.HoldOut => heldOut,
            _ => null,
        };
    }

    /// <summary>Counts the words of a text, already normalized.</summary>
    public void AddText(ReadOnlySpan<byte> text)
    {
        var afterSpace = true;
        for (var (start, end) = (0, 0); start < text.Length; start = end)
        {
            end = WordScanner.NextEnd(text, start);
            CountLine();
            var word = text[start..end];
            var isSpace = CharacterClasses.IsSpace(word);
            _current?.AddWord(text, start, end, !isSpace && (afterSpace || text[start] == ' '));
            if (isSpace)
            {
                PassLines(word);
            }
            afterSpace = isSpace;
        }
    }

    /// <summary>Goes on after a text that is not counted.</summary>
    public void PassLines(ReadOnlySpan<byte> text)
    {
        for (var newline = text.IndexOf((byte)'\n'); newline >= 0; newline = text.IndexOf((byte)'\n'))
        {
            CountLine();
            StartAt(_line + 1, isNew: true);
            text = text[(newline + 1)..];
        }

        if (!text.IsEmpty)
        {
            CountLine();
        }
    }

    private void CountLine()
    {
        if (_lineIsNew && _current is not null)
        {
            _current.Lines++;
        }
        _lineIsNew = false;
    }
}
