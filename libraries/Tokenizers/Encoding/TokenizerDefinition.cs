namespace Trainyard.Tokenizers;

/// <summary>All that a <c>tokenizer.json</c> says: tokens by id, spelled as in the file, and merges in order of learning.</summary>
internal sealed record TokenizerDefinition(
    IReadOnlyList<string> Vocabulary,
    IReadOnlyList<(int First, int Second, int Result)> Merges,
    IReadOnlyList<AddedToken> AddedTokens)
{
    public WordPattern Pattern { get; init; }

    /// <summary>Whether a text, and one after an added token, gets a space in front unless it starts with one.</summary>
    public bool AddPrefixSpace { get; init; }

    public TextNormalization Normalization { get; init; }

    public bool Lowercase { get; init; }

    /// <summary>Whether a word in the vocabulary is one token even where the merges would not make it.</summary>
    public bool IgnoreMerges { get; init; }

    public TextTemplate Template { get; init; } = TextTemplate.None;
}
