using Trainyard.Models.Storage;

namespace Trainyard.Models.Data;

/// <summary>Tokens of a corpus, in order.</summary>
/// <param name="Tokens">Their ids.</param>
/// <param name="IsHeldOut">Whether they are held out from training.</param>
public readonly record struct CorpusPart(int[] Tokens, bool IsHeldOut);

/// <summary>A corpus as tokens, split into what is trained on and what is held out.</summary>
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
    /// <param name="parts">The corpus's tokens; read once, and only when they are needed.</param>
    public static TokenizedCorpus OpenOrCreate(string folder, int vocabularySize, IEnumerable<CorpusPart> parts)
    {
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(folder)) ?? folder);
            Durable.CreateFolder(folder, temporary =>
                Durable.WriteNew(Path.Combine(temporary, TrainingFile), training =>
                    Durable.WriteNew(Path.Combine(temporary, ValidationFile), validation =>
                    {
                        foreach (var part in parts)
                        {
                            TokenFile.Append(part.IsHeldOut ? validation : training, part.Tokens, vocabularySize);
                        }
                    })));
        }
        return new(folder, vocabularySize);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Training.Dispose();
        Validation.Dispose();
    }
}
