using System.Runtime.CompilerServices;
using System.Text;
using Trainyard.Artifacts;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.ServiceDefaults.Errors;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.ExperimentStore.Artifacts;

/// <summary>A file of a run or tokenizer.</summary>
/// <param name="Path">Relative to the artifact's folder, with forward slashes.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Modified">When it was last written.</param>
/// <param name="Local">True if it is in the artifacts folder.</param>
/// <param name="Uploaded">True if it is in the bucket or container that <c>ARTIFACTS__STORE</c> names.</param>
internal sealed record ArtifactFile(string Path, long Size, DateTimeOffset Modified, bool Local, bool Uploaded);

/// <summary>The complete files of artifacts, in the artifacts folder and in the remote store.</summary>
internal sealed class ArtifactFiles(AppPaths paths, RemoteArtifacts remote)
{
    public const string Models = "models";

    // Limits that every file system and bucket accepts. A file has a longer name while it is written.
    private const int MaxPathBytes = 1000;
    private const int MaxNameBytes = 200;

    private static readonly string[] Kinds = [Models, "tokenizers"];

    private readonly LocalArtifacts local = new(paths.ArtifactsRoot);

    /// <summary>The files of a run or tokenizer: local ones first.</summary>
    /// <exception cref="TrainyardException">
    /// DATA_NOT_FOUND for an unknown kind, BACKEND_UNAVAILABLE if the remote store doesn't answer.
    /// </exception>
    public async IAsyncEnumerable<ArtifactFile> ListAsync(
        string kind, string id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var folder = PathOf(kind, id, "");
        var uploaded = new Dictionary<string, StoredArtifact>(StringComparer.Ordinal);
        if (remote.Store is { } store)
        {
            await using var there = store.ListAsync(folder, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await CallStoreAsync(async () => await there.MoveNextAsync()))
            {
                if (AppPaths.IsPortable(there.Current.Path))
                {
                    uploaded[there.Current.Path] = there.Current;
                }
            }
        }
        foreach (var file in local.List(folder).Where(file => AppPaths.IsPortable(file.Path)))
        {
            var isUploaded = uploaded.Remove(file.Path, out var copy) && copy.Size == file.Size;
            yield return new(file.Path, file.Size, file.Modified, Local: true, Uploaded: isUploaded);
        }
        foreach (var file in uploaded.Values)
        {
            yield return new(file.Path, file.Size, file.Modified, Local: false, Uploaded: true);
        }
    }

    /// <summary>Finds a file, preferably the local one. Null if there is none.</summary>
    /// <exception cref="TrainyardException">PATH_FORBIDDEN: the path leads outside the artifact's folder.</exception>
    public async Task<ArtifactFile?> FindAsync(string kind, string id, string path, CancellationToken cancellationToken)
    {
        var (full, relative) = (PathOf(kind, id, path), NameIn(kind, id, path));
        if (relative.Length == 0)
        {
            return null;
        }
        if (await local.FindAsync(full, cancellationToken) is { } here)
        {
            return new(relative, here.Size, here.Modified, Local: true, Uploaded: false);
        }
        var there = remote.Store is { } store && !LocalArtifacts.HasUnfinished(full)
            ? await CallStoreAsync(() => store.FindAsync(full, cancellationToken))
            : null;
        return there is null ? null : new(relative, there.Size, there.Modified, Local: false, Uploaded: true);
    }

    /// <summary>
    /// Opens a file, preferably the local one, and returns its size and time as of then: it may have been replaced since it was found.
    /// Null if there is none.
    /// </summary>
    /// <exception cref="TrainyardException">PATH_FORBIDDEN: the path leads outside the artifact's folder.</exception>
    public async Task<(ArtifactFile File, Stream Content)?> OpenAsync(
        string kind, string id, string path, CancellationToken cancellationToken) =>
        await FindAsync(kind, id, path, cancellationToken) is { } found ? Open(kind, id, found) : null;

    /// <inheritdoc cref="OpenAsync"/>
    public (ArtifactFile File, Stream Content)? Open(string kind, string id, ArtifactFile found)
    {
        var full = PathOf(kind, id, found.Path);
        if (!found.Local)
        {
            return remote.Store is { } store ? (found, new RemoteStream(store, full, found.Size)) : null;
        }
        if (local.Open(full) is not { } opened)
        {
            return null;
        }
        var file = found with { Size = opened.Length, Modified = new(File.GetLastWriteTimeUtc(opened.SafeFileHandle)) };
        return (file, new PartOfStream(opened, 0, file.Size));
    }

    /// <summary>
    /// Writes a file to the artifacts folder, and to the remote store if there is one. Verifies <paramref name="sha256"/> if given.
    /// </summary>
    /// <returns>The normalized path, the size and the hash.</returns>
    /// <exception cref="TrainyardException">PATH_FORBIDDEN, or CONFIG_INVALID for an unusable name or another hash.</exception>
    public async Task<(string Path, long Size, string Sha256)> WriteAsync(
        string kind, string id, string path, Stream content, string? sha256, CancellationToken cancellationToken)
    {
        var (full, folder) = (PathOf(kind, id, path), PathOf(kind, id, ""));
        if (full.Length <= folder.Length || LocalArtifacts.HasUnfinished(full))
        {
            throw new TrainyardException(ErrorCode.ConfigInvalid,
                [new("path", "must name a file; names that begin with .tmp- or end with .tmp are reserved")]);
        }
        if (Encoding.UTF8.GetByteCount(full) > MaxPathBytes || full.Split('/').Any(name => Encoding.UTF8.GetByteCount(name) > MaxNameBytes))
        {
            throw new TrainyardException(ErrorCode.ConfigInvalid,
                [new("path", $"must have at most {MaxPathBytes} bytes, and each of its names at most {MaxNameBytes}")]);
        }
        if (Directory.Exists(Path.Combine(paths.ArtifactsRoot, full)))
        {
            throw new TrainyardException(ErrorCode.ConfigInvalid, [new("path", "names a folder that holds files. Choose another name")]);
        }
        if (FileAbove(full, folder) is { } file)
        {
            throw new TrainyardException(ErrorCode.ConfigInvalid, [new("path", $"leads through '{file}', which is a file, not a folder")]);
        }
        var written = await CallStoreAsync(() => local.WriteAsync(full, content, sha256, cancellationToken));
        if (remote.Store is { } store)
        {
            await using var copy = local.Open(full)
                ?? throw new TrainyardException(ErrorCode.DataNotFound, $"'{path}' was deleted while it was uploaded.");
            await CallStoreAsync(() => store.WriteAsync(full, copy, written.Sha256, cancellationToken));
        }
        return (full[(folder.Length + 1)..], written.Size, written.Sha256);
    }

    /// <summary>The first part of a path below the folder that is a local file; null if there is none.</summary>
    private string? FileAbove(string full, string folder)
    {
        var names = full[(folder.Length + 1)..].Split('/');
        return Enumerable.Range(1, names.Length - 1)
            .Select(count => string.Join('/', names.Take(count)))
            .FirstOrDefault(above => File.Exists(Path.Combine(paths.ArtifactsRoot, folder, above)));
    }

    /// <summary>Deletes a file, locally and in the remote store.</summary>
    /// <returns>False if there is no such file.</returns>
    public async Task<bool> DeleteAsync(string kind, string id, string path, CancellationToken cancellationToken)
    {
        if (await FindAsync(kind, id, path, cancellationToken) is not { } file)
        {
            return false;
        }
        var full = PathOf(kind, id, file.Path);
        await local.DeleteAsync(full, cancellationToken);
        if (remote.Store is { } store)
        {
            await CallStoreAsync(() => store.DeleteAsync(full, cancellationToken));
        }
        return true;
    }

    /// <summary>Deletes all files of an artifact or of one of its folders, locally and in the remote store.</summary>
    /// <returns>The number of deleted files.</returns>
    public async Task<int> DeleteAllAsync(string kind, string id, string path, CancellationToken cancellationToken)
    {
        var found = await BelowAsync(kind, id, path, cancellationToken).ToListAsync(cancellationToken);
        if (remote.Store is { } store)
        {
            foreach (var file in found.Where(file => file.Uploaded))
            {
                await CallStoreAsync(() => store.DeleteAsync(PathOf(kind, id, file.Path), cancellationToken));
            }
        }
        switch (Path.Combine(paths.ArtifactsRoot, PathOf(kind, id, path)))
        {
            case var folder when Directory.Exists(folder):
                Directory.Delete(folder, recursive: true);
                break;
            case var file when File.Exists(file):
                File.Delete(file);
                break;
        }
        return found.Count;
    }

    /// <summary>Downloads the files of a folder, or one file, that are only in the remote store.</summary>
    public async Task BringBackAsync(string kind, string id, string path, CancellationToken cancellationToken)
    {
        if (remote.Store is not { } store)
        {
            return;
        }
        await foreach (var file in BelowAsync(kind, id, path, cancellationToken).Where(file => !file.Local))
        {
            await using var content = new RemoteStream(store, PathOf(kind, id, file.Path), file.Size);
            await CallStoreAsync(() => local.WriteAsync(PathOf(kind, id, file.Path), content, sha256: null, cancellationToken));
        }
    }

    private IAsyncEnumerable<ArtifactFile> BelowAsync(string kind, string id, string path, CancellationToken cancellationToken)
    {
        var name = NameIn(kind, id, path);
        return ListAsync(kind, id, cancellationToken)
            .Where(file => name.Length == 0 || file.Path == name || file.Path.StartsWith($"{name}/", StringComparison.Ordinal));
    }

    /// <summary>Normalizes a caller's path relative to an artifact's folder; empty for the folder itself.</summary>
    /// <exception cref="TrainyardException">PATH_FORBIDDEN: the path leads outside the artifact's folder.</exception>
    public string NameIn(string kind, string id, string path) => PathOf(kind, id, path)[PathOf(kind, id, "").Length..].TrimStart('/');

    /// <summary>Resolves a caller's path relative to the artifacts root.</summary>
    private string PathOf(string kind, string id, string path)
    {
        if (!Kinds.Contains(kind, StringComparer.Ordinal) || !Identifier.IsValid(id))
        {
            throw new TrainyardException(ErrorCode.DataNotFound, $"The path must be {string.Join(" or ", Kinds)}, followed by an id.");
        }
        var full = Path.TrimEndingDirectorySeparator(paths.ResolveArtifact(kind, id, path));
        return Path.GetRelativePath(paths.ArtifactsRoot, full).Replace(Path.DirectorySeparatorChar, '/');
    }

    private static async Task CallStoreAsync(Func<Task> call) => await CallStoreAsync(async () =>
    {
        await call();
        return true;
    });

    private static async Task<T> CallStoreAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (InvalidDataException wrong)
        {
            throw new TrainyardException(ErrorCode.ConfigInvalid, [new("X-Content-SHA256", wrong.Message)]);
        }
        catch (ArtifactStoreException exception)
        {
            throw FullDisk.Explain(exception)
                ?? new TrainyardException(ErrorCode.BackendUnavailable, "The artifact store does not answer. Try again.", exception)
                {
                    RetryAfter = TimeSpan.FromSeconds(5),
                };
        }
    }
}
