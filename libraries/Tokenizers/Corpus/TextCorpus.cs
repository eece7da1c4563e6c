using System.Security.Cryptography;
using System.Text;

namespace Trainyard.Tokenizers;

/// <summary>
/// Text to train on: one file, or every text file below a folder in ordinal order of relative path. Content is streamed, never held whole.
/// Left out: hidden files and folders, build output (<c>bin</c>, <c>obj</c>, <c>node_modules</c>, <c>artifacts</c>), symbolic links,
/// empty files and files that are not UTF-8 text.
/// </summary>
public sealed class TextCorpus
{
    private static readonly HashSet<string> _excludedNames = new(["bin", "obj", "node_modules", "artifacts"], StringComparer.Ordinal);

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

    /// <summary>Files that were looked at and left out, with why.</summary>
    public IReadOnlyList<SkippedFile> Skipped { get; }

    /// <summary>Bytes of all files.</summary>
    public long Bytes { get; }

    /// <summary>Lines of all files.</summary>
    public long Lines { get; }

    /// <summary>SHA-256 over relative paths, sizes and contents, in hexadecimal: equal for equal corpora wherever they lie.</summary>
    public string Fingerprint { get; }

    /// <summary>Finds the corpus's files and reads them once to tell text from binary and to take the fingerprint.</summary>
    /// <param name="path">A file or a folder.</param>
    /// <param name="excludedFolders">Folders to leave out, by full path.</param>
    /// <exception cref="TextCorpusException">Nothing is there, or nothing of it is readable text.</exception>
    public static TextCorpus Open(string path, params IReadOnlyList<string> excludedFolders)
    {
        var root = FullPath(path);
        if (!Directory.Exists(root) && !File.Exists(root))
            throw new TextCorpusException(TextCorpusProblem.Missing, $"There is no file or folder at '{path}'.");

        try
        {
            return Read(path, root, Candidates(root, excludedFolders).OrderBy(file => file.Relative, StringComparer.Ordinal));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TextCorpusException(TextCorpusProblem.Missing, $"'{path}' can't be opened: {error.Message}", error);
        }
    }

    /// <summary>Whether <see cref="Open"/> would find any text; stops at the first text file.</summary>
    /// <param name="path">A file or a folder.</param>
    /// <param name="excludedFolders">Folders to leave out, by full path.</param>
    public static bool ContainsText(string path, params IReadOnlyList<string> excludedFolders)
    {
        var root = FullPath(path);
        try
        {
            return (Directory.Exists(root) || File.Exists(root))
                && Candidates(root, excludedFolders).Any(file => Scan(file.Relative, file.Full).File is not null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
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
            yield return new TextBlock(buffer.FileIndex, buffer.Memory, buffer.EndsFile, buffer.Offset);
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

    private static TextCorpus Read(string path, string root, IEnumerable<(string Relative, string Full)> paths)
    {
        var (files, skipped) = (new List<TextFile>(), new List<SkippedFile>());
        using var fingerprint = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (relative, full) in paths)
        {
            switch (Scan(relative, full))
            {
                case ({ } file, { } hash, _):
                    files.Add(file);
                    fingerprint.AppendData(Encoding.UTF8.GetBytes($"{relative}\0{file.Bytes}\0"));
                    fingerprint.AppendData(hash);
                    break;
                case var (_, _, reason):
                    skipped.Add(new(relative, reason));
                    break;
            }
        }

        if (files.Count > 0)
            return new(root, files, skipped, Convert.ToHexStringLower(fingerprint.GetHashAndReset()));

        var why = skipped is [var only] && File.Exists(root)
            ? $"the file is {only.Reason}"
            : $"{skipped.Count} files were looked at and left out";
        throw new TextCorpusException(TextCorpusProblem.NothingReadable, $"'{path}' holds no readable UTF-8 text: {why}.");
    }

    private static (TextFile? File, byte[]? Hash, string Reason) Scan(string relative, string full)
    {
        try
        {
            // Length 0 also keeps pipes and devices, which would block, from being opened.
            if (new FileInfo(full).Length == 0)
                return (null, null, "empty");
            return TextFileScan.Read(full) is var (bytes, lines, hash)
                ? (new(relative, full, bytes, lines), hash, "")
                : (null, null, "not UTF-8 text");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return (null, null, "not readable");
        }
    }

    private static IEnumerable<(string Relative, string Full)> Candidates(string root, IReadOnlyList<string> excludedFolders) => File.Exists(root)
        ? [(System.IO.Path.GetFileName(root), root)]
        : FilesBelow(root, root, excludedFolders.Select(FullPath).ToHashSet(StringComparer.Ordinal));

    private static string FullPath(string path) => System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));

    private static IEnumerable<(string Relative, string Full)> FilesBelow(string root, string folder, HashSet<string> excluded)
    {
        var options = new EnumerationOptions { AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint };
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", options))
        {
            if (entry is not DirectoryInfo)
            {
                yield return (System.IO.Path.GetRelativePath(root, entry.FullName).Replace('\\', '/'), entry.FullName);
            }
            else if (!_excludedNames.Contains(entry.Name) && !excluded.Contains(entry.FullName))
            {
                foreach (var file in FilesBelow(root, entry.FullName, excluded))
                    yield return file;
            }
        }
    }
}
