using Trainyard.Models.Storage;

namespace Trainyard.Models.Data;

/// <summary>
/// A corpus as tokens, split into what is trained on and what is held out. The last part of every document is held out, so the split needs no
/// random choice, stays the same when documents are added, and both parts contain some of everything.
/// </summary>
public sealed class TokenizedCorpus : IDisposable
{
    private const string TrainingFile = "training.tokens";
    private const string ValidationFile = "validation.tokens";

    private TokenizedCorpus(string folder, int vocabularySize)
    {
        Training = TokenFile.Open(Path.Combine(folder, TrainingFile), vocabularySize);
        Validation = TokenFile.Open(Path.Combine(folder, ValidationFile), vocabularySize);
        VocabularySize = vocabularySize;
    }

    /// <summary>Tokens to train on.</summary>
    public TokenFile Training { get; }

    /// <summary>Tokens held out.</summary>
    public TokenFile Validation { get; }

    /// <summary>Ids are below this.</summary>
    public int VocabularySize { get; }

    /// <summary>The corpus stored in <paramref name="folder"/>, which is made first if it isn't there.</summary>
    /// <param name="folder">Appears only when complete, so what is there can be used.</param>
    /// <param name="vocabularySize">Ids are below this.</param>
    /// <param name="holdoutFraction">Share of every document to hold out.</param>
    /// <param name="documents">Each document's tokens; read once, and only when they are needed.</param>
    public static TokenizedCorpus OpenOrCreate(string folder, int vocabularySize, double holdoutFraction, IEnumerable<int[]> documents)
    {
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(folder)) ?? folder);
            Durable.CreateFolder(folder, temporary =>
                Durable.WriteNew(Path.Combine(temporary, TrainingFile), training =>
                    Durable.WriteNew(Path.Combine(temporary, ValidationFile), validation =>
                        Split(documents, vocabularySize, holdoutFraction, training, validation))));
        }
        return new(folder, vocabularySize);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Training.Dispose();
        Validation.Dispose();
    }

    private static void Split(IEnumerable<int[]> documents, int vocabularySize, double holdoutFraction, Stream training, Stream validation)
    {
        foreach (var tokens in documents)
        {
            var kept = tokens.Length - (int)Math.Round(tokens.Length * holdoutFraction);
            TokenFile.Append(training, tokens.AsSpan(0, kept), vocabularySize);
            TokenFile.Append(validation, tokens.AsSpan(kept), vocabularySize);
        }
    }
}
