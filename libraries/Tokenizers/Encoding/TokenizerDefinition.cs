namespace Trainyard.Tokenizers;

/// <summary>All that a <c>tokenizer.json</c> says: tokens by id, spelled as in the file, and merges in order of learning.</summary>
internal sealed record TokenizerDefinition(
    IReadOnlyList<string> Vocabulary,
    IReadOnlyList<(int First, int Second, int Result)> Merges,
    IReadOnlyList<AddedToken> AddedTokens,
    TextNormalization Normalization,
    bool Lowercase);
