using System.Security.Cryptography;
using System.Text;

namespace Trainyard.Tokenizers;

/// <summary>
/// Text to train on: one file, or every text file below a folder in ordinal order of relative path. Content is streamed, never held whole.
/// Skips hidden files and folders, build output (<c>bin</c>, <c>obj</c>, <c>node_modules</c>, <c>artifacts</c>), empty files, files that
/// are not UTF-8 text, and links that lead out of the folder. Other links are followed, and every file is read once.
/// </summary>
public sealed class TextCorpus
{
    /// <summary>Files left out that are named one by one; of more there is the number.</summary>
    public const int MaxNamed = 100;

    private TextCorpus(string path, List<TextFile> files, List<SkippedFile> skipped, string fingerprint)
    {
        (Path, Files, Skipped, Fingerprint) = (path, files, skipped, fingerprint);
        Bytes = files.Sum(file => file.Bytes);
        Lines = files.Sum(file => file.Lines);
    }

    /// <summary>Full path of the file or folder.</summary>
    public string Path { get; }

    /// <summary>The files that are read, in the order they are read.</summary>
    public IReadOnlyList<TextFile> Files { get; }

    /// <summary>Files and links that were looked at and left out, with why.</summary>
    public IReadOnlyList<SkippedFile> Skipped { get; }

    /// <summary>
    /// A line for each file that is not read, or not as it is; at most <see cref="MaxNamed"/> of each, and one that counts the rest.
    /// </summary>
    public IReadOnlyList<string> Notices =>
    [
        .. Named([.. Skipped.Select(file => $"Left out {file}.")], "files are left out"),
        .. Named(
            [.. Files.Where(file => file.FirstInvalidByte is not null).Select(file =>
                $"Reading bytes of {file.RelativePath} that are not UTF-8 as U+FFFD, the first at byte {file.FirstInvalidByte}.")],
            "files have bytes that are read as U+FFFD"),
    ];

    /// <summary>Bytes of all files.</summary>
    public long Bytes { get; }

    /// <summary>Lines of all files.</summary>
    public long Lines { get; }

    /// <summary>SHA-256 over relative paths, sizes and contents, in hexadecimal: equal for equal corpora wherever they lie.</summary>
    public string Fingerprint { get; }

    /// <summary>Finds the corpus's files and reads them once to tell text from binary and to take the fingerprint.</summary>
    /// <param name="path">A file or a folder.</param>
    /// <param name="options">What of it belongs to the corpus.</param>
    /// <exception cref="TextCorpusException">Nothing is there, or nothing of it is readable text.</exception>
    public static TextCorpus Open(string path, TextCorpusOptions? options = null)
    {
        options ??= new();
        var root = FullPath(path);
        if (!Directory.Exists(root) && !File.Exists(root))
        {
            throw new TextCorpusException(TextCorpusProblem.Missing, $"There is no file or folder at '{path}'.");
        }

        try
        {
            return Read(path, root, options);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TextCorpusException(TextCorpusProblem.Missing, $"'{path}' can't be opened: {error.Message}", error);
        }
    }

    /// <summary>Why <see cref="Open"/> would find no text, as a phrase; null if it would. Stops at the first text file.</summary>
    /// <param name="path">A file or a folder.</param>
    /// <param name="options">What of it belongs to the corpus.</param>
    public static string? WhyNoText(string path, TextCorpusOptions? options = null)
    {
        options ??= new();
        var root = FullPath(path);
        if (!Directory.Exists(root) && !File.Exists(root))
        {
            return "there is no file or folder";
        }
        try
        {
            var skipped = new List<SkippedFile>();
            foreach (var (file, _, left) in Entries(root, options).Select(entry => Scan(entry, options)))
            {
                if (file is not null)
                {
                    return null;
                }
                if (left is not null)
                {
                    skipped.Add(left);
                }
            }
            return Reasons(skipped);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error.Message;
        }
    }

    /// <summary>
    /// Reads the corpus in order, in blocks that end where no word of GPT-2's pattern can go on: before a space that follows a word.
    /// </summary>
    /// <param name="blockBytes">Largest block, in bytes. A longer text without any space is cut between characters.</param>
    /// <param name="cuts">Offsets that a block has to end at, by index of the file.</param>
    /// <param name="unbroken">Texts that no block ends inside of: the special tokens of who encodes the blocks.</param>
    public IEnumerable<TextBlock> ReadBlocks(
        int blockBytes = 1 << 20, IReadOnlyDictionary<int, long>? cuts = null, IReadOnlyList<string>? unbroken = null)
    {
        using var reader = new CorpusReader(this, BlockEnd.Word, cuts, unbroken);
        var buffer = new CorpusBuffer(blockBytes);
        while (reader.TryRead(buffer))
        {
            yield return new TextBlock(buffer.FileIndex, buffer.Memory, buffer.EndsFile, buffer.Offset);
        }
    }

    /// <summary>Reads the corpus's lines in order, each with its newline; the memory is valid until the next line is asked for.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> ReadLines()
    {
        using var reader = new CorpusReader(this, BlockEnd.Line);
        var buffer = new CorpusBuffer(1 << 20);
        while (reader.TryRead(buffer))
        {
            for (var rest = buffer.Memory; !rest.IsEmpty;)
            {
                var end = rest.Span.IndexOf((byte)'\n') + 1;
                yield return end > 0 ? rest[..end] : rest;
                rest = end > 0 ? rest[end..] : default;
            }
        }
    }

    private static TextCorpus Read(string path, string root, TextCorpusOptions options)
    {
        var (files, skipped) = (new List<TextFile>(), new List<SkippedFile>());
        using var fingerprint = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var entry in Entries(root, options).OrderBy(entry => entry.Relative, StringComparer.Ordinal))
        {
            switch (Scan(entry, options))
            {
                case ({ } file, { } hash, _):
                    files.Add(file);
                    var replaced = file.FirstInvalidByte is null ? "" : "replaced\0";
                    fingerprint.AppendData(Encoding.UTF8.GetBytes($"{file.RelativePath}\0{file.Bytes}\0{replaced}"));
                    fingerprint.AppendData(hash);
                    break;
                case (_, _, { } left):
                    skipped.Add(left);
                    break;
            }
        }

        if (files.Count > 0)
        {
            return new(root, files, skipped, Convert.ToHexStringLower(fingerprint.GetHashAndReset()));
        }

        throw new TextCorpusException(
            TextCorpusProblem.NothingReadable, $"'{path}' contains no readable UTF-8 text ({Reasons(skipped)}).");
    }

    private static string Reasons(List<SkippedFile> skipped)
    {
        const int MaxReasons = 3;
        return skipped.Count == 0
            ? "there is no file in it"
            : string.Join("; ", skipped.Take(MaxReasons)) + (skipped.Count > MaxReasons ? $"; and {skipped.Count - MaxReasons} more" : "");
    }

    private static (TextFile? File, byte[]? Hash, SkippedFile? Skipped) Scan(CorpusEntry entry, TextCorpusOptions options)
    {
        if (entry.Problem is { } problem)
        {
            return Left(problem);
        }
        try
        {
            // Length 0 also keeps pipes and devices, which would block, from being opened.
            if (new FileInfo(entry.Full).Length == 0)
            {
                return Left("empty");
            }
            var scanned = TextFileScan.Read(entry.Full, options.ReplaceInvalidBytes);
            if (scanned.FirstNul is { } nul)
            {
                return Left("binary", nul);
            }
            if (scanned.FirstInvalid is { } invalid && !options.ReplaceInvalidBytes)
            {
                return Left("not UTF-8 text", invalid);
            }
            return (new(entry.Relative, entry.Full, scanned.Bytes, scanned.Lines, scanned.FirstInvalid), scanned.Hash, null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Left("not readable");
        }

        (TextFile?, byte[]?, SkippedFile?) Left(string reason, long? position = null) =>
            (null, null, new(entry.Relative, reason, position));
    }

    private static IEnumerable<CorpusEntry> Entries(string root, TextCorpusOptions options) => File.Exists(root)
        ? [new(System.IO.Path.GetFileName(root), root)]
        : new CorpusFolder(root, options).Files();

    private static string FullPath(string path) => System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));

    private static IEnumerable<string> Named(IReadOnlyCollection<string> lines, string what) =>
        lines.Count <= MaxNamed ? lines : [.. lines.Take(MaxNamed), $"{lines.Count - MaxNamed} more {what}."];
}
