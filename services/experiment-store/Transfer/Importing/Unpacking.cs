using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Trainyard.CheckpointFiles;
using Trainyard.Contracts.Errors;
using Trainyard.FilePaths;

namespace Trainyard.ExperimentStore.Transfer.Importing;

/// <summary>
/// Unpacks an untrusted zip or tar, compressed or not. The unpacked bytes are counted, whatever the archive claims. Links and names that
/// lead out of the folder are refused.
/// </summary>
internal sealed class Unpacking(string target, ImportOptions options)
{
    private const int SymbolicLink = 0xA000;
    private const int KindOfFile = 0xF000;
    private const int DirectoryBytesPerFile = 256;
    private const int DirectorySlack = 64 << 10;

    // Limits that every file system accepts.
    private const int MaxNameBytes = 255;
    private const int MaxPathBytes = 2000;

    private long bytes;
    private int files;

    /// <returns>False if the file is not an archive; nothing is then unpacked.</returns>
    public async Task<bool> TryAsync(string archive, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(archive, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024);
        var start = new byte[262];
        var length = await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        file.Position = 0;
        try
        {
            switch (start.AsSpan(0, length))
            {
                case [(byte)'P', (byte)'K', 3 or 5, 4 or 6, ..]:
                    await ZipAsync(file, cancellationToken);
                    return true;
                case [0x1f, 0x8b, ..]:
                    await using (var content = new GZipStream(file, CompressionMode.Decompress))
                    {
                        await TarAsync(content, cancellationToken);
                    }
                    return true;
                case var tar when tar.Length == start.Length && tar[257..].SequenceEqual("ustar"u8):
                    await TarAsync(file, cancellationToken);
                    return true;
                default:
                    return false;
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw new TrainyardException(ErrorCode.EventInvalid, $"The archive is damaged: {exception.Message}", exception);
        }
    }

    private async Task ZipAsync(Stream file, CancellationToken cancellationToken)
    {
        ZipDirectory.RequireAtMost(file, DirectorySlack + ((long)options.MaxFiles * DirectoryBytesPerFile));
        await using var zip = await ZipArchive.CreateAsync(
            file, ZipArchiveMode.Read, leaveOpen: true, entryNameEncoding: null, cancellationToken);
        List<ZipArchiveEntry> entries = [.. zip.Entries.Where(entry => !entry.FullName.EndsWith('/'))];
        RequireAtMost(entries.Count);
        foreach (var entry in entries)
        {
            if (((entry.ExternalAttributes >> 16) & KindOfFile) == SymbolicLink)
            {
                throw Refused(entry.FullName, "is a link");
            }
            await using var content = await entry.OpenAsync(cancellationToken);
            await WriteAsync(entry.FullName, content, cancellationToken);
        }
    }

    private async Task TarAsync(Stream file, CancellationToken cancellationToken)
    {
        await using var tar = new TarReader(file, leaveOpen: true);
        while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            switch (entry.EntryType)
            {
                case TarEntryType.Directory or TarEntryType.GlobalExtendedAttributes:
                    break;
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile:
                    await WriteAsync(entry.Name, entry.DataStream ?? Stream.Null, cancellationToken);
                    break;
                default:
                    throw Refused(entry.Name, "is neither a file nor a folder");
            }
        }
    }

    private async Task WriteAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        RequireAtMost(++files);
        await using var written = Create(name);
        var buffer = new byte[64 * 1024];
        while (await content.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            bytes += read;
            if (bytes > options.MaxUnpackedBytes)
            {
                throw new TrainyardException(ErrorCode.PayloadTooLarge,
                    $"The archive unpacks to more than {options.MaxUnpackedBytes} bytes (IMPORT__MAX_UNPACKED_BYTES).");
            }
            await written.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }

    private void RequireAtMost(int count)
    {
        if (count > options.MaxFiles)
        {
            throw new TrainyardException(ErrorCode.PayloadTooLarge,
                $"The archive holds more than {options.MaxFiles} files (IMPORT__MAX_FILES).");
        }
    }

    private FileStream Create(string name)
    {
        if (Encoding.UTF8.GetByteCount(name) > MaxPathBytes || name.Split('/').Any(part => Encoding.UTF8.GetByteCount(part) > MaxNameBytes))
        {
            throw Refused(name, $"has more than {MaxPathBytes} bytes, or a part of more than {MaxNameBytes}");
        }
        if (name.Contains('\\', StringComparison.Ordinal) || Path.IsPathRooted(name)
            || ContainedPath.Resolve(target, name) is not { } path || path == target)
        {
            throw Refused(name, "leads out of the archive");
        }
        var folder = Path.GetDirectoryName(path) ?? target;
        if (Path.Exists(path) || IsBelowFile(folder))
        {
            throw Refused(name, "has the place of another file or folder in it");
        }
        Directory.CreateDirectory(folder);
        return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
    }

    private bool IsBelowFile(string folder) =>
        folder.Length > target.Length && (File.Exists(folder) || IsBelowFile(Path.GetDirectoryName(folder) ?? target));

    private static TrainyardException Refused(string name, string why) =>
        new(ErrorCode.PathForbidden, $"The archive is refused: '{(name.Length <= 200 ? name : name[..200] + "…")}' {why}.");
}
