using System.Buffers;
using System.Collections.Concurrent;
using System.Text;

namespace Trainyard.Tokenizers;

/// <summary>
/// A byte-level BPE tokenizer, as those of GPT-2, Llama 3 and Qwen: encodes any text, and decodes to exactly that text unless its file
/// asks for a normalization or a space in front.
/// Gives the ids that Hugging Face's library gives for the same <c>tokenizer.json</c>. Safe to use from several threads.
/// </summary>
public sealed class BpeTokenizer
{
    internal const string EndOfText = "<|endoftext|>";

    private static readonly string[] _endNames = [EndOfText, "<|end_of_text|>", "</s>"];
    private static readonly string[] _beginNames = ["<|begin_of_text|>", "<s>"];
    private static readonly string[] _paddingNames = ["<|pad|>", "<|padding|>", "<|finetune_right_pad_id|>", "<pad>", "[PAD]"];

    private readonly ConcurrentBag<WordEncoder> _encoders = [];
    private readonly string[] _texts;
    private readonly byte[][] _bytes;
    private readonly SpecialTokenSet? _added, _normalizedAdded;
    private readonly Dictionary<string, int>? _wholeWords;

    internal BpeTokenizer(TokenizerDefinition definition)
    {
        Definition = definition;
        _texts = [.. definition.Vocabulary];
        _bytes = Array.ConvertAll(_texts, text => ByteAlphabet.Read(text) ?? Encoding.UTF8.GetBytes(text));
        var normalizer = new TextNormalizer(Normalization, Lowercase);
        foreach (var token in definition.AddedTokens)
        {
            var bytes = Encoding.UTF8.GetBytes(token.Text);
            _bytes[token.Id] = token.Normalized ? normalizer.Normalize(bytes).ToArray() : bytes;
        }
        Splitter = WordSplitter.Of(definition.Pattern);
        (_added, _normalizedAdded) = (Tokens(normalized: false), Tokens(normalized: true));
        _wholeWords = definition.IgnoreMerges
            ? _texts.Select((text, id) => KeyValuePair.Create(text, id)).ToDictionary(StringComparer.Ordinal)
            : null;
        Merges = new(definition.Merges);

        Array.Fill(ByteIds, -1);
        for (var id = 0; id < _texts.Length; id++)
        {
            if (_texts[id].Length == 1 && ByteAlphabet.Read(_texts[id]) is [var value])
            {
                ByteIds[value] = id;
            }
        }

        EndOfTextId = FirstOf(_endNames);
        BeginOfTextId = definition.Template.Before is [var first, ..] ? first : FirstOf(_beginNames) ?? EndOfTextId;
        PaddingId = FirstOf(_paddingNames) ?? EndOfTextId;
    }

    /// <summary>Number of tokens; ids are 0 to one less.</summary>
    public int VocabularySize => _texts.Length;

    /// <summary>
    /// Id of the special token that ends a text, with a common name such as <c>&lt;|endoftext|&gt;</c> or <c>&lt;|end_of_text|&gt;</c>;
    /// null when there is none.
    /// </summary>
    public int? EndOfTextId { get; }

    /// <summary>
    /// Id of the special token that begins a text: the first of the file's template, or one with a common name such as
    /// <c>&lt;|begin_of_text|&gt;</c>; <see cref="EndOfTextId"/> without one.
    /// </summary>
    public int? BeginOfTextId { get; }

    /// <summary>
    /// Id of the special token for padding, with a common name such as <c>&lt;|pad|&gt;</c>; <see cref="EndOfTextId"/> without one.
    /// </summary>
    public int? PaddingId { get; }

    /// <summary>How text is split into words.</summary>
    public WordPattern Pattern => Definition.Pattern;

    /// <summary>Normalization applied to text before encoding.</summary>
    public TextNormalization Normalization => Definition.Normalization;

    /// <summary>Whether text is lower-cased before encoding.</summary>
    public bool Lowercase => Definition.Lowercase;

    /// <summary>The special tokens and their ids.</summary>
    public IReadOnlyDictionary<string, int> SpecialTokens =>
        Definition.AddedTokens.Where(token => token.IsSpecial).ToDictionary(token => token.Text, token => token.Id, StringComparer.Ordinal);

    internal TokenizerDefinition Definition { get; }

    internal WordSplitter Splitter { get; }

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
            [.. options.SpecialTokens.Select((text, id) => new AddedToken(id, text, IsSpecial: true))])
        {
            Pattern = options.Pattern,
            Normalization = options.Normalization,
            Lowercase = options.Lowercase,
        });
    }

    /// <summary>Reads a <c>tokenizer.json</c> in Hugging Face's format.</summary>
    /// <exception cref="TokenizerFormatException">The file is not one, is inconsistent, or uses what is not supported.</exception>
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

    /// <summary>
    /// The token ids of a whole text, with the special tokens that the file's template puts around it, such as Llama 3's beginning of text.
    /// </summary>
    public int[] EncodeWhole(string text) => [.. EncodePrompt(text), .. Definition.Template.After];

    /// <summary>The token ids of the beginning of a text, which a model continues: with the special tokens that go before it.</summary>
    public int[] EncodePrompt(string text) => [.. Definition.Template.Before, .. Encode(text)];

    /// <summary>Appends the token ids of a UTF-8 text, which need not be valid unless the tokenizer normalizes.</summary>
    public void Encode(ReadOnlySpan<byte> utf8, List<int> ids)
    {
        var encoder = _encoders.TryTake(out var idle) ? idle : new(this);
        var position = 0;
        while (_added?.Find(utf8, position) is ( >= 0 and var start, var end, var id))
        {
            EncodePart(encoder, utf8[position..start], ids);
            ids.Add(id);
            position = end;
        }

        EncodePart(encoder, utf8[position..], ids);
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

    /// <summary>The token that a word is as a whole, whatever the merges; null if there is none or the merges decide.</summary>
    internal int? WholeWord(ReadOnlySpan<byte> word) =>
        _wholeWords is not null && _wholeWords.TryGetValue(ByteAlphabet.Write(word), out var id) ? id : null;

    private void EncodePart(WordEncoder encoder, ReadOnlySpan<byte> part, List<int> ids)
    {
        var text = encoder.Normalizer.Normalize(part);
        var position = 0;
        while (_normalizedAdded?.Find(text, position) is ( >= 0 and var start, var end, var id))
        {
            encoder.Encode(text[position..start], ids);
            ids.Add(id);
            position = end;
        }

        encoder.Encode(text[position..], ids);
    }

    private SpecialTokenSet? Tokens(bool normalized)
    {
        var tokens = Definition.AddedTokens.Where(token => token.Normalized == normalized).ToList();
        return tokens.Count == 0 ? null : new(tokens, token => _bytes[token.Id]);
    }

    private int? FirstOf(IEnumerable<string> names) => names
        .Select(name => Definition.AddedTokens.FirstOrDefault(token => token.IsSpecial && token.Text == name)?.Id)
        .FirstOrDefault(id => id is not null);

    private int Checked(int id) => (uint)id < (uint)_texts.Length
        ? id
        : throw new ArgumentOutOfRangeException(nameof(id), id, $"Token ids of this tokenizer are 0 to {_texts.Length - 1}.");
}
