namespace Trainyard.Tokenizers;

/// <summary>What the trainer takes as one text when it splits a corpus into words.</summary>
public enum TrainingSequence
{
    /// <summary>A whole document, as encoding does: blank lines, CRLF and a newline with the indentation after it are words that may merge.</summary>
    Document,

    /// <summary>A line with its newline, as Hugging Face's trainer reads files.</summary>
    Line,
}
