using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Trainyard.Artifacts;

/// <summary>Blobs of a container in Azure Blob Storage.</summary>
/// <param name="container">The container, which must exist.</param>
/// <param name="prefix">What every name begins with, such as <c>trainyard/</c>; may be empty.</param>
public sealed class AzureArtifacts(BlobContainerClient container, string prefix) : IArtifactStore
{
    private const string HashMember = "sha256";

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredArtifact> ListAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var below = $"{prefix}{folder}/";
        var blobs = container.GetBlobsAsync(new GetBlobsOptions { Traits = BlobTraits.Metadata, Prefix = below }, cancellationToken);
        var pages = blobs.GetAsyncEnumerator(cancellationToken);
        await using (pages)
        {
            while (await AskAsync(folder, async () => await pages.MoveNextAsync()))
            {
                var (name, properties) = (pages.Current.Name, pages.Current.Properties);
                yield return new(
                    name[below.Length..],
                    properties.ContentLength ?? 0,
                    properties.LastModified ?? default,
                    Hash(pages.Current.Metadata));
            }
        }
    }

    /// <inheritdoc/>
    public async Task<StoredArtifact?> FindAsync(string path, CancellationToken cancellationToken)
    {
        var found = await AskAsync(path, () => Blob(path).GetPropertiesAsync(cancellationToken: cancellationToken));
        return found is null ? null : new(path, found.Value.ContentLength, found.Value.LastModified, Hash(found.Value.Metadata));
    }

    /// <inheritdoc/>
    public async Task<Stream?> OpenAsync(string path, long offset, long length, CancellationToken cancellationToken)
    {
        if (length == 0)
        {
            return await FindAsync(path, cancellationToken) is null ? null : Stream.Null;
        }
        var options = new BlobDownloadOptions { Range = new(offset, length) };
        return (await AskAsync(path, () => Blob(path).DownloadStreamingAsync(options, cancellationToken)))?.Value.Content;
    }

    /// <inheritdoc/>
    public Task<int> WriteAsync(string path, Stream content, string sha256, CancellationToken cancellationToken) =>
        AnswerAsync(path, async () =>
        {
            var stored = await Blob(path).UploadAsync(
                content,
                new BlobUploadOptions { Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { [HashMember] = sha256 } },
                cancellationToken);
            return stored.GetRawResponse().Status;
        });

    /// <inheritdoc/>
    public Task DeleteAsync(string path, CancellationToken cancellationToken) =>
        AskAsync(path, () => Blob(path).DeleteIfExistsAsync(cancellationToken: cancellationToken));

    private BlobClient Blob(string path) => container.GetBlobClient(prefix + path);

    private static string? Hash(IDictionary<string, string>? metadata) =>
        metadata?.TryGetValue(HashMember, out var hash) is true ? hash : null;

    private async Task<T?> AskAsync<T>(string path, Func<Task<T>> ask)
    {
        try
        {
            return await AnswerAsync(path, ask);
        }
        catch (ArtifactStoreException failed) when (failed.InnerException is RequestFailedException missing && IsMissing(missing))
        {
            return default;
        }
    }

    private async Task<T> AnswerAsync<T>(string path, Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception exception) when (exception is RequestFailedException or AggregateException or IOException)
        {
            throw new ArtifactStoreException(
                $"Container '{container.Name}' failed at '{path}': {exception.GetBaseException().Message}", exception)
            {
                HttpStatus = exception is RequestFailedException { Status: > 0 and var status } ? status : null,
            };
        }
    }

    private static bool IsMissing(RequestFailedException failed) =>
        failed.Status == 404 && failed.ErrorCode != BlobErrorCode.ContainerNotFound;
}
