using System.Buffers;
using System.Collections.Concurrent;
using System.Text;

namespace Trainyard.Tokenizers;

/// <summary>
/// A byte-level BPE tokenizer, as GPT-2's: encodes any text, and decodes to exactly that text unless a normalization was asked for.
/// Gives the ids that Hugging Face's library gives for the same <c>tokenizer.json</c>. Safe to use from several threads.
/// </summary>
public sealed class BpeTokenizer
{
    internal const string EndOfText = "<|endoftext|>";

    private static readonly string[] _paddingNames = ["<|pad|>", "<|padding|>", "<pad>", "[PAD]"];

    private readonly ConcurrentBag<WordEncoder> _encoders = [];
    private readonly string[] _texts;
    private readonly byte[][] _bytes;
    private readonly SpecialTokenSet? _added;

    internal BpeTokenizer(TokenizerDefinition definition)
    {
        Definition = definition;
        _texts = [.. definition.Vocabulary];
        _bytes = Array.ConvertAll(_texts, text => ByteAlphabet.Read(text) ?? Encoding.UTF8.GetBytes(text));
        foreach (var token in definition.AddedTokens)
        {
            _bytes[token.Id] = Encoding.UTF8.GetBytes(token.Text);
        }
        _added = definition.AddedTokens.Count > 0 ? new(definition.AddedTokens) : null;
        Merges = new(definition.Merges);

        Array.Fill(ByteIds, -1);
        for (var id = 0; id < _texts.Length; id++)
        {
            if (_texts[id].Length == 1 && ByteAlphabet.Read(_texts[id]) is [var value])
            {
                ByteIds[value] = id;
            }
        }

        EndOfTextId = definition.AddedTokens.FirstOrDefault(token => token is { IsSpecial: true, Text: EndOfText })?.Id;
        PaddingId = definition.AddedTokens.FirstOrDefault(token => token.IsSpecial && _paddingNames.Contains(token.Text))?.Id
            ?? EndOfTextId;
    }

    /// <summary>Number of tokens; ids are 0 to one less.</summary>
    public int VocabularySize => _texts.Length;

    /// <summary>Id of the special token <c>&lt;|endoftext|&gt;</c>; null when there is none.</summary>
    public int? EndOfTextId { get; }

    /// <summary>
    /// Id of the special token for padding, with a common name such as <c>&lt;|pad|&gt;</c>; <see cref="EndOfTextId"/> without one.
    /// </summary>
    public int? PaddingId { get; }

    /// <summary>Normalization applied to text before encoding.</summary>
    public TextNormalization Normalization => Definition.Normalization;

    /// <summary>Whether text is lower-cased before encoding.</summary>
    public bool Lowercase => Definition.Lowercase;

    /// <summary>The special tokens and their ids.</summary>
    public IReadOnlyDictionary<string, int> SpecialTokens =>
        Definition.AddedTokens.Where(token => token.IsSpecial).ToDictionary(token => token.Text, token => token.Id, StringComparer.Ordinal);

    internal TokenizerDefinition Definition { get; }

    internal MergeTable Merges { get; }

    internal int[] ByteIds { get; } = new int[ByteAlphabet.Size];

    internal static BpeTokenizer Create(MergeLearner learner, BpeTrainingOptions options)
    {
        var learned = learner.Tokens.Skip(options.SpecialTokens.Count).Select(bytes => ByteAlphabet.Write(bytes));
        string[] vocabulary = [.. options.SpecialTokens, .. learned];
        var ids = vocabulary.Select((text, id) => (text, id)).ToDictionary(token => token.text, token => token.id, StringComparer.Ordinal);
        return new(new(
            vocabulary,
            [.. learner.Merges.Select(merge => (merge.First, merge.Second, ids[vocabulary[merge.First] + vocabulary[merge.Second]]))],
            [.. options.SpecialTokens.Select((text, id) => new AddedToken(id, text, IsSpecial: true))],
            options.Normalization,
            options.Lowercase));
    }

    /// <summary>Reads a <c>tokenizer.json</c> in Hugging Face's format.</summary>
    /// <exception cref="TokenizerFormatException">The file is not one, is inconsistent, or is not byte-level BPE.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static BpeTokenizer Load(string path) => new(TokenizerJson.Read(path));

    /// <summary>Writes a <c>tokenizer.json</c> that Hugging Face's library loads. A file is replaced whole or not at all.</summary>
    public void Save(string path) => TokenizerJson.Write(Definition, path);

    /// <summary>The token ids of a text. Added tokens written in it become their own ids; a lone surrogate counts as U+FFFD.</summary>
    public int[] Encode(string text)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            var ids = new List<int>((text.Length / 3) + 1);
            Encode(buffer.AsSpan(0, Encoding.UTF8.GetBytes(text, buffer)), ids);
            return [.. ids];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Appends the token ids of a UTF-8 text, which need not be valid unless the tokenizer normalizes.</summary>
    public void Encode(ReadOnlySpan<byte> utf8, List<int> ids)
    {
        var encoder = _encoders.TryTake(out var idle) ? idle : new(this);
        while (_added?.Find(utf8) is ( >= 0 and var start, var length, var id))
        {
            encoder.Encode(encoder.Normalizer.Normalize(utf8[..start]), ids);
            ids.Add(id);
            utf8 = utf8[(start + length)..];
        }

        encoder.Encode(encoder.Normalizer.Normalize(utf8), ids);
        _encoders.Add(encoder);
    }

    /// <summary>The text of some tokens; bytes that are not valid UTF-8 become U+FFFD.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is not of this vocabulary.</exception>
    public string Decode(ReadOnlySpan<int> ids)
    {
        var bytes = new ArrayBufferWriter<byte>(Math.Max(16, ids.Length * 4));
        foreach (var id in ids)
        {
            bytes.Write(TokenBytes(id));
        }
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <summary>The token as the vocabulary writes it, bytes in GPT-2's printable stand-ins: " the" is "Ġthe".</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is not of this vocabulary.</exception>
    public string TokenText(int id) => _texts[Checked(id)];

    /// <summary>The bytes the token decodes to.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is not of this vocabulary.</exception>
    public ReadOnlySpan<byte> TokenBytes(int id) => _bytes[Checked(id)];

    private int Checked(int id) => (uint)id < (uint)_texts.Length
        ? id
        : throw new ArgumentOutOfRangeException(nameof(id), id, $"Token ids of this tokenizer are 0 to {_texts.Length - 1}.");
}
