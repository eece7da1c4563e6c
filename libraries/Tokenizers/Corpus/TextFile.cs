using System.Text.Json.Serialization;

namespace Trainyard.Tokenizers;

/// <summary>One text file of a corpus.</summary>
/// <param name="RelativePath">Path below the corpus folder, with forward slashes; the file's name when the corpus is one file.</param>
/// <param name="FullPath">Where the file lies.</param>
/// <param name="Bytes">Size in bytes.</param>
/// <param name="Lines">Number of lines; a last line need not end with a newline.</param>
/// <param name="FirstInvalidByte">Position of the first byte that is not UTF-8 and is read as U+FFFD; null when there is none.</param>
public sealed record TextFile(string RelativePath, string FullPath, long Bytes, long Lines, long? FirstInvalidByte = null);

/// <summary>A file or link of a corpus folder that is left out.</summary>
/// <param name="RelativePath">Path below the corpus folder, with forward slashes.</param>
/// <param name="Reason">Why, as a phrase: "empty", "not UTF-8 text", "binary", "not readable", "a link …".</param>
/// <param name="Position">The first byte that is in the way, from 0; null where it is no byte.</param>
public sealed record SkippedFile([property: JsonPropertyName("path")] string RelativePath, string Reason, long? Position = null)
{
    /// <inheritdoc/>
    public override string ToString() =>
        Position is { } position ? $"{RelativePath}: {Reason}, at byte {position}" : $"{RelativePath}: {Reason}";
}

/// <summary>A piece of a corpus; never spans two files.</summary>
/// <param name="FileIndex">Index into <see cref="TextCorpus.Files"/>.</param>
/// <param name="Text">UTF-8 bytes, valid until the next block is asked for.</param>
/// <param name="EndsFile">Whether the file ends with this block.</param>
/// <param name="Offset">Where in the file the block starts, in bytes.</param>
public readonly record struct TextBlock(int FileIndex, ReadOnlyMemory<byte> Text, bool EndsFile, long Offset);
