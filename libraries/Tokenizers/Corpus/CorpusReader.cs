using System.Text;

namespace Trainyard.Tokenizers;

internal enum BlockEnd
{
    Line,
    Word,
}

/// <summary>A reusable piece of a corpus.</summary>
internal sealed class CorpusBuffer(int capacity)
{
    private byte[]? _replaced;

    public byte[] Bytes { get; } = new byte[Math.Max(capacity, 64)];

    /// <summary>How much of the file the piece is.</summary>
    public int Length { get; set; }

    public int FileIndex { get; set; }

    /// <summary>Where in the file the piece starts.</summary>
    public long Offset { get; set; }

    /// <summary>Index, over the whole corpus, of the line the piece starts in.</summary>
    public long FirstLine { get; set; }

    /// <summary>Whether the piece starts at that line's first byte.</summary>
    public bool StartsLine { get; set; }

    public bool EndsFile { get; set; }

    /// <summary>The piece's text.</summary>
    public ReadOnlyMemory<byte> Memory => _replaced is { } text ? text : Bytes.AsMemory(0, Length);

    /// <summary>Makes the text that of the bytes, or the same with U+FFFD where they are not UTF-8.</summary>
    public void SetText(bool replaceInvalid) =>
        _replaced = replaceInvalid ? Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Bytes.AsSpan(0, Length))) : null;
}

/// <summary>Reads a corpus in pieces, in order. Thread-safe.</summary>
/// <param name="corpus">The corpus.</param>
/// <param name="ends">Where a piece may end inside a file.</param>
/// <param name="cuts">Offsets at which a piece must end, by index of the file.</param>
/// <param name="unbroken">Texts that must not be split between pieces.</param>
internal sealed class CorpusReader(
    TextCorpus corpus, BlockEnd ends, IReadOnlyDictionary<int, long>? cuts = null, IReadOnlyList<string>? unbroken = null) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly byte[][] _unbroken = [.. (unbroken ?? []).Select(Encoding.UTF8.GetBytes)];
    private FileStream? _file;
    private byte[] _carry = [];
    private int _fileIndex = -1, _carried;
    private long _line, _offset;
    private bool _startsLine;

    public void Dispose() => _file?.Dispose();

    /// <summary>Fills the buffer with the next piece; false at the corpus's end.</summary>
    public bool TryRead(CorpusBuffer buffer)
    {
        lock (_lock)
        {
            while (_file is not null || OpenNext())
            {
                Fill(buffer, _file ?? throw new InvalidOperationException("No file is open."));
                if (buffer.Length > 0)
                {
                    return true;
                }
            }

            return false;
        }
    }

    private bool OpenNext()
    {
        if (_fileIndex + 1 == corpus.Files.Count)
        {
            return false;
        }
        var path = corpus.Files[++_fileIndex].FullPath;
        (_offset, _startsLine) = (0, true);
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, FileOptions.SequentialScan);
        return true;
    }

    private void Fill(CorpusBuffer buffer, FileStream file)
    {
        _carry.AsSpan(0, _carried).CopyTo(buffer.Bytes);
        var filled = _carried + file.ReadAtLeast(buffer.Bytes.AsSpan(_carried), buffer.Bytes.Length - _carried, throwOnEndOfStream: false);
        var text = buffer.Bytes.AsSpan(0, filled);
        buffer.FileIndex = _fileIndex;
        buffer.FirstLine = _line;
        buffer.StartsLine = _startsLine;
        buffer.Offset = _offset;
        buffer.EndsFile = filled < buffer.Bytes.Length;
        buffer.Length = buffer.EndsFile ? filled : Cut(text);
        if (cuts is not null && cuts.TryGetValue(_fileIndex, out var cut) && cut > _offset && cut < _offset + buffer.Length)
        {
            (buffer.Length, buffer.EndsFile) = ((int)(cut - _offset), false);
        }
        buffer.SetText(corpus.Files[_fileIndex].FirstInvalidByte is not null);
        _offset += buffer.Length;

        var rest = text[buffer.Length..];
        if (_carry.Length < rest.Length)
        {
            _carry = new byte[buffer.Bytes.Length];
        }
        rest.CopyTo(_carry);
        _carried = rest.Length;

        _startsLine = buffer.Length > 0 && text[buffer.Length - 1] == '\n';
        _line += text[..buffer.Length].Count((byte)'\n');
        if (buffer.EndsFile)
        {
            if (filled > 0 && text[^1] != '\n')
            {
                _line++;
            }
            file.Dispose();
            _file = null;
        }
    }

    private int Cut(ReadOnlySpan<byte> text)
    {
        if (ends == BlockEnd.Line && text.LastIndexOf((byte)'\n') is >= 0 and var newline)
        {
            return newline + 1;
        }

        // An unbroken text that starts near the end of the buffer may be incomplete, so search for the end before it.
        var maxUnbroken = _unbroken.Length == 0 ? 0 : _unbroken.Max(whole => whole.Length);
        var limit = maxUnbroken < text.Length / 2 ? text.Length - maxUnbroken : text.Length;
        for (var end = limit - 1; end > 0; end--)
        {
            if (WordShape.IsBoundary(text, end) && StartOfBroken(text, end) is null)
            {
                return end;
            }
        }

        var complete = TextFileScan.CompleteLength(text[..limit]);
        while (StartOfBroken(text, complete) is > 0 and var start)
        {
            complete = start;
        }
        return complete;
    }

    /// <summary>The start of an unbroken text that a cut would split; null if there is none.</summary>
    private int? StartOfBroken(ReadOnlySpan<byte> text, int cut)
    {
        foreach (var whole in _unbroken)
        {
            for (var start = Math.Max(0, cut - whole.Length + 1); start < cut; start++)
            {
                if (text[start..].StartsWith(whole))
                {
                    return start;
                }
            }
        }

        return null;
    }
}
