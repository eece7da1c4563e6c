using System.ComponentModel.DataAnnotations;
using Trainyard.Contracts.Errors;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.Tokenizers;

namespace Trainyard.TokenizerService.Training;

/// <summary>How to train a tokenizer: the body of <c>POST /api/tokenizers/train</c>. Defaults suit a small model on a laptop.</summary>
internal sealed record TokenizerConfig
{
    private static readonly Dictionary<string, TextNormalization> Normalizations = new(StringComparer.Ordinal)
    {
        ["none"] = TextNormalization.None,
        ["nfc"] = TextNormalization.Nfc,
        ["nfkc"] = TextNormalization.Nfkc,
    };

    private static readonly Dictionary<string, WordPattern> Patterns = new(StringComparer.Ordinal)
    {
        ["gpt2"] = WordPattern.Gpt2,
        ["cl100k"] = WordPattern.Cl100k,
        ["o200k"] = WordPattern.O200k,
        ["llama3"] = WordPattern.Cl100k,
        ["qwen2"] = WordPattern.Qwen2,
    };

    private static readonly Dictionary<string, TrainingSequence> Sequences = new(StringComparer.Ordinal)
    {
        ["document"] = TrainingSequence.Document,
        ["line"] = TrainingSequence.Line,
    };

    /// <summary>What to call it.</summary>
    [StringLength(256, MinimumLength = 1)]
    public string? Name { get; init; }

    /// <summary><c>bpe</c>: byte-level BPE.</summary>
    [AllowedValues("bpe")]
    public string Method { get; init; } = "bpe";

    /// <summary>A text file or a folder of them, below <c>APP__CORPUS_ROOT</c>.</summary>
    [StringLength(4096)]
    public string CorpusPath { get; init; } = "";

    /// <summary>Reads bytes of the text that are not UTF-8 as U+FFFD; a file that has any is left out otherwise.</summary>
    public bool ReplaceInvalidBytes { get; init; }

    /// <summary>Wanted number of tokens: special tokens, 256 bytes and merges. A small corpus gives fewer.</summary>
    [Range(BpeTrainingOptions.MinVocabularySize, BpeTrainingOptions.MaxVocabularySize)]
    public int VocabSize { get; init; } = 8192;

    /// <summary>A pair of tokens is merged only if it occurs at least this often.</summary>
    [Range(1, int.MaxValue)]
    public int MinFrequency { get; init; } = 2;

    /// <summary>Tokens that are never split or merged. They get the first ids, and training skips them in the corpus.</summary>
    public IReadOnlyList<string?> SpecialTokens { get; init; } = ["<|endoftext|>"];

    /// <summary>
    /// How text is split into words, inside of which tokens merge: as by GPT-2, GPT-4 (<c>cl100k</c>), GPT-4o (<c>o200k</c>), Llama 3
    /// (<c>llama3</c>, which is <c>cl100k</c>) or Qwen 2 to 3.
    /// </summary>
    [AllowedValues("gpt2", "cl100k", "o200k", "llama3", "qwen2")]
    public string Pattern { get; init; } = "gpt2";

    /// <summary>
    /// The unit that is split into words: <c>document</c>, as encoding does, or <c>line</c>, as Hugging Face's trainer reads files. By
    /// line, no token has more than one newline, or a newline and the indentation after it.
    /// </summary>
    [AllowedValues("document", "line")]
    public string Sequence { get; init; } = "document";

    /// <summary><c>none</c>, <c>nfc</c> or <c>nfkc</c>, applied before training and encoding.</summary>
    [AllowedValues("none", "nfc", "nfkc")]
    public string Normalization { get; init; } = "none";

    /// <summary>Whether text is lower-cased before training and encoding.</summary>
    public bool Lowercase { get; init; }

    /// <summary>Share of the lines kept from training for the statistics; 0 takes them on the training lines.</summary>
    [Range(0.0, 0.5)]
    public double HoldoutFraction { get; init; } = 0.05;

    /// <summary>Chooses the held-out and the sampled lines.</summary>
    public long Seed { get; init; } = 42;

    /// <summary>Threads that read and count; all cores when unset. The tokenizer does not depend on it.</summary>
    [Range(1, 1024)]
    public int? Threads { get; init; }

    /// <summary>Counts the words that start in at most so many lines, spread evenly over the corpus; in all when unset.</summary>
    [Range(1, RequestLimits.MaxExactInteger)]
    public long? SampleMaxLines { get; init; }

    public TextCorpusOptions CorpusOptions(AppPaths paths) => new()
    {
        ExcludedFolders = [paths.DataRoot, paths.ArtifactsRoot],
        LinkRoot = paths.CorpusRoot,
        ReplaceInvalidBytes = ReplaceInvalidBytes,
    };

    public BpeTrainingOptions ToOptions() => new()
    {
        VocabularySize = VocabSize,
        MinFrequency = MinFrequency,
        SpecialTokens = [.. SpecialTokens.OfType<string>()],
        Pattern = Patterns.GetValueOrDefault(Pattern),
        Sequence = Sequences.GetValueOrDefault(Sequence),
        Normalization = Normalizations.GetValueOrDefault(Normalization),
        Lowercase = Lowercase,
        HoldoutFraction = HoldoutFraction,
        Seed = Seed,
        Threads = Threads ?? Environment.ProcessorCount,
        SampleMaxLines = SampleMaxLines,
    };

    /// <summary>Every problem of the config, except for its corpus.</summary>
    public IEnumerable<Problem> Problems()
    {
        var limits = RequestLimits.Check(this).ToList();
        foreach (var problem in limits)
        {
            yield return problem;
        }
        if (SpecialTokens.Contains(null))
        {
            yield return new("special_tokens", "must not contain null");
        }
        if (CorpusPath.Length == 0)
        {
            yield return new("corpus_path", "is required: a text file or a folder of them");
        }
        foreach (var problem in ToOptions().Problems().Select(problem => new Problem(Field(problem.Option), problem.Message)))
        {
            if (limits.TrueForAll(known => known.Field != problem.Field))
            {
                yield return problem;
            }
        }
    }

    private static string Field(string option) => option switch
    {
        nameof(BpeTrainingOptions.VocabularySize) => "vocab_size",
        _ => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(option),
    };
}
