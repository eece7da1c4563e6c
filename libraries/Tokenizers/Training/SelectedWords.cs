using System.Runtime.InteropServices;

namespace Trainyard.Tokenizers;

/// <summary>
/// Sorts the words of whole documents by the line they start in: those of lines that train, those of lines that are held out, and the rest,
/// which is not counted. So every word is one that encoding meets, even where it spans two lines.
/// </summary>
internal sealed class SelectedWords(WordSplitter splitter, LineSelection selection, WordCounts training, WordCounts heldOut)
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
        var visitor = new Visitor(this);
        splitter.Split(text, ref visitor);
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

    [StructLayout(LayoutKind.Auto)]
    private struct Visitor(SelectedWords words) : IWordVisitor
    {
        private bool _afterSpace = true;

        public void Visit(ReadOnlySpan<byte> text, int start, int end)
        {
            words.CountLine();
            var word = text[start..end];
            bool isSpace;
            if (words._current is { } counts)
            {
                isSpace = counts.AddWord(text, start, end, ref _afterSpace);
            }
            else
            {
                isSpace = WordShape.IsSpace(word);
                _afterSpace = WordShape.EndsWithSpace(word);
            }
            if (isSpace || WordShape.MayHoldNewline(word))
            {
                words.PassLines(word);
            }
        }
    }
}
