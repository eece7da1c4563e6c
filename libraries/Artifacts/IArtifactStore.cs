namespace Trainyard.Artifacts;

/// <summary>Files by path, wherever they are kept. Paths are relative, with forward slashes, and hold no <c>.</c> or <c>..</c>.</summary>
public interface IArtifactStore
{
    /// <summary>The files below a folder, in no particular order.</summary>
    /// <param name="folder">The folder, such as <c>models/run-1</c>; the paths returned are relative to it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ArtifactStoreException">The store can't be asked.</exception>
    IAsyncEnumerable<StoredArtifact> ListAsync(string folder, CancellationToken cancellationToken);

    /// <summary>A file's size and hash, without its content.</summary>
    /// <returns>Null when there is no such file.</returns>
    /// <exception cref="ArtifactStoreException">The store can't be asked.</exception>
    Task<StoredArtifact?> FindAsync(string path, CancellationToken cancellationToken);

    /// <summary>Opens part of a file for reading once, from its beginning to its end.</summary>
    /// <param name="path">The file.</param>
    /// <param name="offset">The first byte.</param>
    /// <param name="length">How many bytes.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Null when there is no such file.</returns>
    /// <exception cref="ArtifactStoreException">The store can't be asked.</exception>
    Task<Stream?> OpenAsync(string path, long offset, long length, CancellationToken cancellationToken);

    /// <summary>Writes a file, which is seen whole or not at all; one of the same path is replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its content, read from the current position to the end.</param>
    /// <param name="sha256">The content's SHA-256 in lower-case hexadecimal; kept beside it where the store can.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ArtifactStoreException">The file is not stored.</exception>
    Task WriteAsync(string path, Stream content, string sha256, CancellationToken cancellationToken);

    /// <summary>Deletes a file; none is no error.</summary>
    /// <exception cref="ArtifactStoreException">The file may still be there.</exception>
    Task DeleteAsync(string path, CancellationToken cancellationToken);
}

/// <summary>A file of a store.</summary>
/// <param name="Path">Where.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Modified">When it was written.</param>
/// <param name="Sha256">Its SHA-256 in lower-case hexadecimal, where the store says.</param>
public sealed record StoredArtifact(string Path, long Size, DateTimeOffset Modified, string? Sha256);

/// <summary>A store did not answer, or refused.</summary>
public sealed class ArtifactStoreException(string message, Exception innerException) : Exception(message, innerException);
