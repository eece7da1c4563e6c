using System.Runtime.CompilerServices;
using System.Text;
using Trainyard.Artifacts;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.ExperimentStore.Artifacts;

/// <param name="Path">Below the artifact's folder, with forward slashes.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Modified">When it was last written.</param>
/// <param name="Local">Whether it lies in the artifacts folder.</param>
/// <param name="Uploaded">Whether it lies in the bucket or container that <c>ARTIFACTS__STORE</c> names.</param>
internal sealed record ArtifactFile(string Path, long Size, DateTimeOffset Modified, bool Local, bool Uploaded);

/// <summary>The finished files of artifacts: those of the artifacts folder, and those that were uploaded, whether still here or not.</summary>
internal sealed class ArtifactFiles(AppPaths paths, RemoteArtifacts remote)
{
    public const string Models = "models";

    // What every file system and bucket takes; a file has a longer name while it is written.
    private const int LongestPath = 1000;
    private const int LongestName = 200;

    private static readonly string[] Kinds = [Models, "tokenizers"];

    private readonly LocalArtifacts local = new(paths.ArtifactsRoot);

    /// <summary>The files of a run or tokenizer: local ones first.</summary>
    /// <exception cref="TrainyardException">DATA_NOT_FOUND for a kind there is not, BACKEND_UNAVAILABLE when the remote store does not answer.</exception>
    public async IAsyncEnumerable<ArtifactFile> ListAsync(string kind, string id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var folder = PathOf(kind, id, "");
        var uploaded = new Dictionary<string, StoredArtifact>(StringComparer.Ordinal);
        if (remote.Store is { } store)
        {
            await using var there = store.ListAsync(folder, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await AskAsync(async () => await there.MoveNextAsync()))
            {
                if (AppPaths.IsPortable(there.Current.Path))
                {
                    uploaded[there.Current.Path] = there.Current;
                }
            }
        }
        foreach (var file in local.List(folder).Where(file => AppPaths.IsPortable(file.Path)))
        {
            yield return new(file.Path, file.Size, file.Modified, Local: true, Uploaded: uploaded.Remove(file.Path, out var copy) && copy.Size == file.Size);
        }
        foreach (var file in uploaded.Values)
        {
            yield return new(file.Path, file.Size, file.Modified, Local: false, Uploaded: true);
        }
    }

    /// <summary>One file: the local one where there is one. Null when there is none.</summary>
    /// <exception cref="TrainyardException">PATH_FORBIDDEN outside the artifact's folder.</exception>
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
        var there = remote.Store is { } store && !LocalArtifacts.HasUnfinished(full) ? await AskAsync(() => store.FindAsync(full, cancellationToken)) : null;
        return there is null ? null : new(relative, there.Size, there.Modified, Local: false, Uploaded: true);
    }

    /// <summary>Opens a file that was found or listed; null when it has gone since.</summary>
    public Stream? Open(string kind, string id, ArtifactFile file)
    {
        var full = PathOf(kind, id, file.Path);
        return file switch
        {
            { Local: true } => local.Open(full) is { } opened ? new PartOfStream(opened, 0, file.Size) : null,
            _ when remote.Store is { } store => new RemoteStream(store, full, file.Size),
            _ => null,
        };
    }

    /// <summary>The full path of a local file.</summary>
    public string LocalPath(string kind, string id, ArtifactFile file) => Path.Combine(paths.ArtifactsRoot, PathOf(kind, id, file.Path));

    /// <summary>Writes a file into the artifacts folder, and into the remote store where there is one.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="id">The run.</param>
    /// <param name="path">Below its folder.</param>
    /// <param name="content">Read to its end.</param>
    /// <param name="sha256">What the content's hash must be; unknown when null.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Its path without detours, its size and hash.</returns>
    /// <exception cref="TrainyardException">PATH_FORBIDDEN, CONFIG_INVALID for a name or a hash that is not the content's.</exception>
    public async Task<(string Path, long Size, string Sha256)> WriteAsync(
        string kind, string id, string path, Stream content, string? sha256, CancellationToken cancellationToken)
    {
        var (full, folder) = (PathOf(kind, id, path), PathOf(kind, id, ""));
        if (full.Length <= folder.Length || LocalArtifacts.HasUnfinished(full) || Directory.Exists(Path.Combine(paths.ArtifactsRoot, full)))
        {
            throw new TrainyardException(ErrorCode.ConfigInvalid, [new("path", "must name a file; names that begin with .tmp- or end with .tmp are taken")]);
        }
        if (Encoding.UTF8.GetByteCount(full) > LongestPath || full.Split('/').Any(name => Encoding.UTF8.GetByteCount(name) > LongestName))
        {
            throw new TrainyardException(ErrorCode.ConfigInvalid, [new("path", $"may have {LongestPath} bytes, and each name on it {LongestName}")]);
        }
        var written = await AskAsync(() => local.WriteAsync(full, content, sha256, cancellationToken));
        if (remote.Store is { } store)
        {
            await using var copy = local.Open(full) ?? throw new TrainyardException(ErrorCode.DataNotFound, $"'{path}' was deleted while it was stored.");
            await AskAsync(() => store.WriteAsync(full, copy, written.Sha256, cancellationToken));
        }
        return (full[(folder.Length + 1)..], written.Size, written.Sha256);
    }

    /// <summary>Deletes a file wherever it is.</summary>
    /// <returns>Whether there was one.</returns>
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
            await AskAsync(() => store.DeleteAsync(full, cancellationToken));
        }
        return true;
    }

    /// <summary>Deletes all files of an artifact, or of one of its folders, wherever they are.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> DeleteAllAsync(string kind, string id, string path, CancellationToken cancellationToken)
    {
        var found = await BelowAsync(kind, id, path, cancellationToken).ToListAsync(cancellationToken);
        if (remote.Store is { } store)
        {
            foreach (var file in found.Where(file => file.Uploaded))
            {
                await AskAsync(() => store.DeleteAsync(PathOf(kind, id, file.Path), cancellationToken));
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

    /// <summary>Fetches those files of a folder that are only in the remote store, or one such file.</summary>
    public async Task BringBackAsync(string kind, string id, string path, CancellationToken cancellationToken)
    {
        if (remote.Store is not { } store)
        {
            return;
        }
        await foreach (var file in BelowAsync(kind, id, path, cancellationToken).Where(file => !file.Local))
        {
            await using var content = new RemoteStream(store, PathOf(kind, id, file.Path), file.Size);
            await AskAsync(() => local.WriteAsync(PathOf(kind, id, file.Path), content, sha256: null, cancellationToken));
        }
    }

    private IAsyncEnumerable<ArtifactFile> BelowAsync(string kind, string id, string path, CancellationToken cancellationToken)
    {
        var name = NameIn(kind, id, path);
        return ListAsync(kind, id, cancellationToken)
            .Where(file => name.Length == 0 || file.Path == name || file.Path.StartsWith($"{name}/", StringComparison.Ordinal));
    }

    /// <summary>A caller's path below an artifact's folder, without detours; empty for the folder itself.</summary>
    /// <exception cref="TrainyardException">PATH_FORBIDDEN outside the artifact's folder.</exception>
    public string NameIn(string kind, string id, string path) => PathOf(kind, id, path)[PathOf(kind, id, "").Length..].TrimStart('/');

    /// <summary>Where a caller's path lies below the artifacts root.</summary>
    private string PathOf(string kind, string id, string path)
    {
        if (!Kinds.Contains(kind, StringComparer.Ordinal) || !Identifier.IsValid(id))
        {
            throw new TrainyardException(ErrorCode.DataNotFound, $"Artifacts are of {string.Join(" or ", Kinds)}, by id.");
        }
        return Path.GetRelativePath(paths.ArtifactsRoot, Path.TrimEndingDirectorySeparator(paths.ResolveArtifact(kind, id, path))).Replace(Path.DirectorySeparatorChar, '/');
    }

    private static async Task AskAsync(Func<Task> ask) => await AskAsync(async () =>
    {
        await ask();
        return true;
    });

    private static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (InvalidDataException wrong)
        {
            throw new TrainyardException(ErrorCode.ConfigInvalid, [new("X-Content-SHA256", wrong.Message)]);
        }
        catch (ArtifactStoreException exception)
        {
            throw new TrainyardException(ErrorCode.BackendUnavailable, "The artifact store does not answer.", exception) { RetryAfter = TimeSpan.FromSeconds(5) };
        }
    }
}
