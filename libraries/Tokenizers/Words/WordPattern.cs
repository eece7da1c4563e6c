namespace Trainyard.Tokenizers;

/// <summary>How a tokenizer splits text into words, inside of which tokens merge.</summary>
public enum WordPattern
{
    /// <summary>GPT-2's: letters, numbers of any length, or signs, each with the space before it.</summary>
    Gpt2,

    /// <summary>
    /// GPT-4's (cl100k_base), which is also Llama 3's: numbers have up to three digits, contractions may be in upper case, signs keep the
    /// newlines after them, and any one sign may begin a word of letters.
    /// </summary>
    Cl100k,

    /// <summary>GPT-4o's (o200k_base): as cl100k, and a word ends before an upper-case letter that follows a lower-case one.</summary>
    O200k,

    /// <summary>Qwen 2's to 3's: as cl100k, with each digit as a word.</summary>
    Qwen2,
}

/// <summary>The regular expressions of the patterns, as <c>tokenizer.json</c> spells them.</summary>
internal static class WordExpressions
{
    private const string Contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    private const string Spaces = @"|\s*[\r\n]+|\s+(?!\S)|\s+";

    private static readonly Dictionary<WordPattern, string> _expressions = new()
    {
        [WordPattern.Gpt2] = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
        [WordPattern.Cl100k] = Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*" + Spaces,
        [WordPattern.O200k] =
            @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+" + Contractions + "?"
            + @"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*" + Contractions + "?"
            + @"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*" + Spaces,
        [WordPattern.Qwen2] = Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*" + Spaces,
    };

    /// <summary>The expression of a pattern.</summary>
    public static string Of(WordPattern pattern) => _expressions[pattern];

    /// <summary>The pattern with this expression; null for any other, even one that splits alike.</summary>
    public static WordPattern? Recognize(string expression) =>
        _expressions.Where(known => string.Equals(known.Value, expression, StringComparison.Ordinal))
            .Select(known => (WordPattern?)known.Key)
            .FirstOrDefault();
}
