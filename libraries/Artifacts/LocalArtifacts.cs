using System.IO.Enumeration;
using System.Security.Cryptography;

namespace Trainyard.Artifacts;

/// <summary>
/// Files below a local folder. Unfinished files have a temporary name (<c>.tmp-*</c>, <c>*.tmp</c>) and are hidden. Links are neither
/// listed nor followed, because they may lead out of the folder.
/// </summary>
/// <param name="root">The folder; created with the first file.</param>
public sealed class LocalArtifacts(string root) : IArtifactStore
{
    private const int Created = 201;

    private static readonly EnumerationOptions Walk = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
        IgnoreInaccessible = true,
    };

    /// <summary>Whether a file or folder on this path has a temporary name.</summary>
    public static bool HasUnfinished(string path) => path.Split('/').Any(name => IsUnfinished(name));

    /// <inheritdoc cref="IArtifactStore.ListAsync"/>
    public IEnumerable<StoredArtifact> List(string folder)
    {
        var full = Path.Combine(root, folder);
        return !Directory.Exists(full) ? [] : new FileSystemEnumerable<StoredArtifact>(
            full,
            (ref entry) => new(
                Path.GetRelativePath(full, entry.ToFullPath()).Replace(Path.DirectorySeparatorChar, '/'),
                entry.Length,
                entry.LastWriteTimeUtc,
                Sha256: null),
            Walk)
        {
            ShouldIncludePredicate = (ref entry) => !entry.IsDirectory && !IsUnfinished(entry.FileName),
            ShouldRecursePredicate = (ref entry) => !IsUnfinished(entry.FileName),
        };
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<StoredArtifact> ListAsync(string folder, CancellationToken cancellationToken) =>
        List(folder).ToAsyncEnumerable();

    /// <inheritdoc/>
    public Task<StoredArtifact?> FindAsync(string path, CancellationToken cancellationToken)
    {
        var file = new FileInfo(Path.Combine(root, path));
        return Task.FromResult(file.Exists && !HasUnfinished(path)
            ? new StoredArtifact(path, file.Length, new DateTimeOffset(file.LastWriteTimeUtc), Sha256: null)
            : null);
    }

    /// <inheritdoc/>
    public Task<Stream?> OpenAsync(string path, long offset, long length, CancellationToken cancellationToken) =>
        Task.FromResult<Stream?>(Open(path) is { } file ? new PartOfStream(file, offset, length) : null);

    /// <summary>Opens a file for reading while others may write, replace or delete it; null if it no longer exists.</summary>
    public FileStream? Open(string path)
    {
        try
        {
            const FileShare Share = FileShare.ReadWrite | FileShare.Delete;
            return new FileStream(Path.Combine(root, path), FileMode.Open, FileAccess.Read, Share, 1 << 16, useAsync: true);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    async Task<int> IArtifactStore.WriteAsync(string path, Stream content, string sha256, CancellationToken cancellationToken)
    {
        await WriteAsync(path, content, sha256, cancellationToken);
        return Created;
    }

    /// <summary>Writes a file atomically, and flushes it to disk before returning.</summary>
    /// <param name="path">The file; its folders are created.</param>
    /// <param name="content">The content, read to its end.</param>
    /// <param name="sha256">The expected hash of the content; not checked when null.</param>
    /// <param name="cancellationToken">Cancels the write; nothing is stored.</param>
    /// <returns>The size, and the SHA-256 in lower-case hexadecimal.</returns>
    /// <exception cref="InvalidDataException">The content has another hash; nothing is stored.</exception>
    /// <exception cref="ArtifactStoreException">
    /// The file can't be written; nothing is stored. A failure to read the content is thrown as it is.
    /// </exception>
    public async Task<(long Size, string Sha256)> WriteAsync(
        string path, Stream content, string? sha256, CancellationToken cancellationToken)
    {
        var full = Path.Combine(root, path);
        var folder = Path.GetDirectoryName(full) ?? root;
        var unfinished = Path.Combine(folder, $".tmp-{Guid.NewGuid():N}");
        // Failures of the content can be IOExceptions too, such as a request that breaks off.
        Exception? unread = null;
        try
        {
            Directory.CreateDirectory(folder);
            long size;
            using var hash = SHA256.Create();
            await using (var file = new FileStream(
                unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true))
            await using (var hashing = new CryptoStream(file, hash, CryptoStreamMode.Write, leaveOpen: true))
            {
                var buffer = new byte[1 << 16];
                while (await ReadAsync(buffer) is > 0 and var read)
                {
                    await hashing.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                }
                await hashing.FlushFinalBlockAsync(cancellationToken);
                file.Flush(flushToDisk: true);
                size = file.Length;
            }
            var found = Convert.ToHexStringLower(hash.Hash ?? []);
            if (sha256 is not null && !string.Equals(found, sha256, StringComparison.OrdinalIgnoreCase))
            {
                throw new InvalidDataException($"is not the content's SHA-256, which is {found}");
            }
            File.Move(unfinished, full, overwrite: true);
            return (size, found);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException && exception != unread)
        {
            throw new ArtifactStoreException($"'{path}' can't be written: {exception.Message}", exception);
        }
        finally
        {
            File.Delete(unfinished);
        }

        async ValueTask<int> ReadAsync(byte[] buffer)
        {
            try
            {
                return await content.ReadAsync(buffer, cancellationToken);
            }
            catch (Exception exception)
            {
                unread = exception;
                throw;
            }
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        if (Path.Exists(Path.Combine(root, path)))
        {
            File.Delete(Path.Combine(root, path));
        }
        return Task.CompletedTask;
    }

    private static bool IsUnfinished(ReadOnlySpan<char> name) =>
        name.StartsWith(".tmp-", StringComparison.Ordinal) || name.EndsWith(".tmp", StringComparison.Ordinal);
}
