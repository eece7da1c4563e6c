namespace Trainyard.Tokenizers;

/// <summary>
/// Counts the words of a corpus's blocks. Skips special tokens, as encoding does, so that nothing is learned from their spelling. Reuses
/// its buffers, so it is not thread-safe.
/// </summary>
internal sealed class BlockCounter(BpeTrainingOptions options, LineSelection selection, WordCounts training, WordCounts heldOut)
{
    private readonly TextNormalizer _normalizer = new(options.Normalization, options.Lowercase);
    private readonly SelectedWords _selected = new(WordSplitter.Of(options.Pattern), selection, training, heldOut);
    private readonly SpecialTokenSet? _specialTokens = options.SpecialTokens.Count == 0
        ? null
        : new([.. options.SpecialTokens.Select((token, id) => new AddedToken(id, token, IsSpecial: true))]);

    private byte[] _normalized = [];

    public void Count(CorpusBuffer block)
    {
        var text = block.Memory.Span;
        if (options.Sequence == TrainingSequence.Line)
        {
            CountLines(text, block);
        }
        else if (selection.SelectsAll)
        {
            training.Lines += text.Count((byte)'\n') + (block.StartsLine ? 1 : 0) - (text[^1] == '\n' ? 1 : 0);
            CountText(text, training);
        }
        else
        {
            _selected.StartAt(block.FirstLine, block.StartsLine);
            CountText(text, counts: null);
        }
    }

    private void CountLines(ReadOnlySpan<byte> text, CorpusBuffer block)
    {
        for (var (line, isNew) = (block.FirstLine, block.StartsLine); !text.IsEmpty; line++)
        {
            var length = text.IndexOf((byte)'\n') is >= 0 and var newline ? newline + 1 : text.Length;
            if (selection.Of(line) is not LineUse.Skip and var use)
            {
                var counts = use == LineUse.Train ? training : heldOut;
                counts.Lines += isNew ? 1 : 0;
                CountText(text[..length], counts);
            }

            text = text[length..];
            isNew = true;
        }
    }

    /// <param name="text">What lies within one block.</param>
    /// <param name="counts">Where its words go; null to go by the line each starts in.</param>
    private void CountText(ReadOnlySpan<byte> text, WordCounts? counts)
    {
        var position = 0;
        while (_specialTokens?.Find(text, position) is ( >= 0 and var start, var end, _))
        {
            CountWords(text[position..start], counts);
            if (counts is null)
            {
                _selected.PassLines(text[start..end]);
            }
            position = end;
        }

        CountWords(text[position..], counts);
    }

    private void CountWords(ReadOnlySpan<byte> text, WordCounts? counts)
    {
        var normalized = NormalizeLines(text);
        if (counts is null)
        {
            _selected.AddText(normalized);
        }
        else
        {
            counts.AddText(normalized);
        }
    }

    // Line by line gives the same text and is faster: most lines are plain ASCII, or have nothing to change.
    private ReadOnlySpan<byte> NormalizeLines(ReadOnlySpan<byte> text)
    {
        if (_normalizer.ChangesNothing)
        {
            return text;
        }

        var written = 0;
        while (!text.IsEmpty)
        {
            var length = text.IndexOf((byte)'\n') is >= 0 and var newline ? newline + 1 : text.Length;
            var line = _normalizer.Normalize(text[..length]);
            if (_normalized.Length < written + line.Length)
            {
                Array.Resize(ref _normalized, Math.Max(_normalized.Length * 2, written + line.Length));
            }
            line.CopyTo(_normalized.AsSpan(written));
            written += line.Length;
            text = text[length..];
        }

        return _normalized.AsSpan(0, written);
    }
}
