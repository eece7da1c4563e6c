namespace Trainyard.Tokenizers;

/// <summary>What of a folder belongs to a corpus.</summary>
public sealed record TextCorpusOptions
{
    /// <summary>Folders to leave out, by full path.</summary>
    public IReadOnlyList<string> ExcludedFolders { get; init; } = [];

    /// <summary>Links are followed to what lies below this folder; the corpus's own when null.</summary>
    public string? LinkRoot { get; init; }

    /// <summary>Reads files with bytes that are not UTF-8, each such byte as U+FFFD; otherwise those files are left out.</summary>
    public bool ReplaceInvalidBytes { get; init; }
}
