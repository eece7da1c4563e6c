namespace Trainyard.Tokenizers;

/// <summary>What the trainer takes as one text when it splits a corpus into words.</summary>
public enum TrainingSequence
{
    /// <summary>A whole document, as in encoding: blank lines, CRLF, and a newline with its indentation are words that may merge.</summary>
    Document,

    /// <summary>A line with its newline, as Hugging Face's trainer reads files.</summary>
    Line,
}
