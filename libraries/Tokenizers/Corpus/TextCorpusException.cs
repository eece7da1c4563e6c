namespace Trainyard.Tokenizers;

/// <summary>Why a corpus could not be used.</summary>
public enum TextCorpusProblem
{
    /// <summary>There is no file or folder at the path, or it can't be opened.</summary>
    Missing,

    /// <summary>The path exists but holds no readable, non-empty UTF-8 text.</summary>
    NothingReadable,

    /// <summary>The corpus has more different words than can be held; a sample of its lines may do.</summary>
    TooManyWords,
}

/// <summary>A corpus that can't be read; the message names its path and what is wrong.</summary>
public sealed class TextCorpusException(TextCorpusProblem problem, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What is wrong.</summary>
    public TextCorpusProblem Problem { get; } = problem;
}
