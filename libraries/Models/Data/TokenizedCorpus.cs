using System.Text.Json;
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
    private const string FilesFile = "files.json";

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

    /// <summary>The corpus stored in <paramref name="folder"/>, which is made first if it isn't there or is damaged.</summary>
    /// <param name="folder">Appears only when complete.</param>
    /// <param name="vocabularySize">Ids are below this.</param>
    /// <param name="parts">The corpus's tokens; read once, and only when they are needed.</param>
    /// <param name="damaged">Called before a damaged folder is replaced.</param>
    public static TokenizedCorpus OpenOrCreate(
        string folder, int vocabularySize, IEnumerable<CorpusPart> parts, Action? damaged = null)
    {
        if (!IsIntact(folder))
        {
            if (Directory.Exists(folder))
            {
                damaged?.Invoke();
            }
            Create(folder, vocabularySize, parts);
        }
        return new(folder, vocabularySize);
    }

    /// <summary>Opens a stored corpus; null if it isn't there or is damaged.</summary>
    public static TokenizedCorpus? TryOpen(string folder, int vocabularySize) => IsIntact(folder) ? new(folder, vocabularySize) : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        Training.Dispose();
        Validation.Dispose();
    }

    private static void Create(string folder, int vocabularySize, IEnumerable<CorpusPart> parts)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(folder)) ?? folder);
        Durable.CreateFolder(folder, temporary =>
        {
            StoredFile? validation = null;
            var training = Durable.WriteNew(Path.Combine(temporary, TrainingFile), training =>
                validation = Durable.WriteNew(Path.Combine(temporary, ValidationFile), validation =>
                {
                    foreach (var part in parts)
                    {
                        TokenFile.Append(part.IsHeldOut ? validation : training, part.Tokens, vocabularySize);
                    }
                }));
            Durable.WriteNew(
                Path.Combine(temporary, FilesFile),
                output => JsonSerializer.Serialize(output, new[] { training, validation }, ModelJson.Indented));
        });
    }

    // Damaged tokens would train on noise, or fail far from the cause. Hashing takes a second for a few hundred million tokens.
    private static bool IsIntact(string folder)
    {
        try
        {
            var listed = File.ReadAllBytes(Path.Combine(folder, FilesFile));
            var files = JsonSerializer.Deserialize<List<StoredFile>>(listed, ModelJson.Indented);
            return files is { Count: 2 } && files.TrueForAll(file => file.IsIntactIn(folder));
        }
        catch (Exception exception) when (exception is IOException or JsonException)
        {
            return false;
        }
    }
}
