namespace Trainyard.Artifacts;

/// <summary>A store of files by path. Paths are relative, with forward slashes, and without <c>.</c> or <c>..</c>.</summary>
public interface IArtifactStore
{
    /// <summary>The files below a folder, in no particular order.</summary>
    /// <param name="folder">The folder, such as <c>models/run-1</c>; the paths returned are relative to it.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    /// <exception cref="ArtifactStoreException">The store can't be reached.</exception>
    IAsyncEnumerable<StoredArtifact> ListAsync(string folder, CancellationToken cancellationToken);

    /// <summary>A file's size and hash, without its content.</summary>
    /// <returns>Null if the file doesn't exist.</returns>
    /// <exception cref="ArtifactStoreException">The store can't be reached.</exception>
    Task<StoredArtifact?> FindAsync(string path, CancellationToken cancellationToken);

    /// <summary>Opens part of a file for forward-only reading.</summary>
    /// <param name="path">The file.</param>
    /// <param name="offset">The first byte.</param>
    /// <param name="length">How many bytes.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Null if the file doesn't exist.</returns>
    /// <exception cref="ArtifactStoreException">The store can't be reached.</exception>
    Task<Stream?> OpenAsync(string path, long offset, long length, CancellationToken cancellationToken);

    /// <summary>Writes or replaces a file atomically.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its content, read from the current position to the end.</param>
    /// <param name="sha256">The content's SHA-256 in lower-case hexadecimal; kept beside it where the store can.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The HTTP status of the store's answer; 201 of a store without HTTP.</returns>
    /// <exception cref="ArtifactStoreException">The file is not stored.</exception>
    Task<int> WriteAsync(string path, Stream content, string sha256, CancellationToken cancellationToken);

    /// <summary>Deletes a file, if it exists.</summary>
    /// <exception cref="ArtifactStoreException">The file may still be there.</exception>
    Task DeleteAsync(string path, CancellationToken cancellationToken);
}

/// <summary>A file of a store.</summary>
/// <param name="Path">The file's path.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="Modified">Time of the last write.</param>
/// <param name="Sha256">SHA-256 in lower-case hexadecimal, if the store knows it.</param>
public sealed record StoredArtifact(string Path, long Size, DateTimeOffset Modified, string? Sha256);

/// <summary>A store did not respond, or refused a request.</summary>
public sealed class ArtifactStoreException(string message, Exception innerException) : Exception(message, innerException)
{
    /// <summary>The HTTP status of the store's answer; null if there was none.</summary>
    public int? HttpStatus { get; init; }
}
