using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Trainyard.Artifacts;

/// <summary>Objects in an S3 bucket, at Amazon or on any S3-compatible server.</summary>
/// <param name="client">The client; disposed with this.</param>
/// <param name="bucket">The bucket, which must exist.</param>
/// <param name="prefix">What every key begins with, such as <c>trainyard/</c>; may be empty.</param>
public sealed class S3Artifacts(IAmazonS3 client, string bucket, string prefix) : IArtifactStore, IDisposable
{
    private const string HashMember = "sha256";
    private const long PartBytes = 32 << 20;

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredArtifact> ListAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var below = $"{prefix}{folder}/";
        for (string? next = null; ;)
        {
            var request = new ListObjectsV2Request { BucketName = bucket, Prefix = below, ContinuationToken = next };
            var page = await AskAsync(folder, () => client.ListObjectsV2Async(request, cancellationToken));
            foreach (var found in page?.S3Objects ?? [])
            {
                yield return new(found.Key[below.Length..], found.Size ?? 0, Time(found.LastModified), Sha256: null);
            }
            if (page?.IsTruncated is not true)
            {
                yield break;
            }
            next = page.NextContinuationToken;
        }
    }

    /// <inheritdoc/>
    public async Task<StoredArtifact?> FindAsync(string path, CancellationToken cancellationToken)
    {
        var found = await AskAsync(path, () => client.GetObjectMetadataAsync(bucket, prefix + path, cancellationToken));
        return found is null ? null : new(path, found.ContentLength, Time(found.LastModified), found.Metadata[HashMember]);
    }

    /// <inheritdoc/>
    public async Task<Stream?> OpenAsync(string path, long offset, long length, CancellationToken cancellationToken)
    {
        if (length == 0)
        {
            return await FindAsync(path, cancellationToken) is null ? null : Stream.Null;
        }
        var request = new GetObjectRequest { BucketName = bucket, Key = prefix + path, ByteRange = new(offset, offset + length - 1) };
        return (await AskAsync(path, () => client.GetObjectAsync(request, cancellationToken)))?.ResponseStream;
    }

    /// <inheritdoc/>
    public async Task<int> WriteAsync(string path, Stream content, string sha256, CancellationToken cancellationToken)
    {
        if (content.Length - content.Position > PartBytes)
        {
            return await AnswerAsync(path, () => WritePartsAsync(prefix + path, content, sha256, cancellationToken));
        }
        // Sign the whole content's hash instead of chunks: all servers support and verify that.
        var request = new PutObjectRequest
        {
            BucketName = bucket,
            Key = prefix + path,
            InputStream = content,
            AutoCloseStream = false,
            UseChunkEncoding = false,
            Metadata = { [HashMember] = sha256 },
        };
        return await AnswerAsync(path, async () => (int)(await client.PutObjectAsync(request, cancellationToken)).HttpStatusCode);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string path, CancellationToken cancellationToken) =>
        AskAsync(path, () => client.DeleteObjectAsync(bucket, prefix + path, cancellationToken));

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private async Task<int> WritePartsAsync(string key, Stream content, string sha256, CancellationToken cancellationToken)
    {
        var begun = new InitiateMultipartUploadRequest { BucketName = bucket, Key = key, Metadata = { [HashMember] = sha256 } };
        var upload = (await client.InitiateMultipartUploadAsync(begun, cancellationToken)).UploadId;
        try
        {
            var whole = new CompleteMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = upload, PartETags = [] };
            for (var number = 1; content.Position < content.Length; number++)
            {
                var part = new UploadPartRequest
                {
                    BucketName = bucket,
                    Key = key,
                    UploadId = upload,
                    PartNumber = number,
                    PartSize = Math.Min(PartBytes, content.Length - content.Position),
                    InputStream = content,
                    UseChunkEncoding = false,
                };
                whole.PartETags.Add(new(number, (await client.UploadPartAsync(part, cancellationToken)).ETag));
            }
            return (int)(await client.CompleteMultipartUploadAsync(whole, cancellationToken)).HttpStatusCode;
        }
        catch
        {
            // Incomplete uploads are billed until they are aborted.
            await client.AbortMultipartUploadAsync(bucket, key, upload, CancellationToken.None);
            throw;
        }
    }

    private static DateTimeOffset Time(DateTime? time) => time is { } known ? new(known.ToUniversalTime(), TimeSpan.Zero) : default;

    private async Task<T?> AskAsync<T>(string path, Func<Task<T>> ask)
    {
        try
        {
            return await AnswerAsync(path, ask);
        }
        catch (ArtifactStoreException failed) when (failed.InnerException is AmazonS3Exception missing && IsMissing(missing))
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
        catch (Exception exception) when (exception
            is AmazonServiceException or AmazonClientException or HttpRequestException or IOException)
        {
            throw new ArtifactStoreException($"Bucket '{bucket}' failed at '{path}': {exception.Message}", exception)
            {
                HttpStatus = exception is AmazonServiceException answered && (int)answered.StatusCode is > 0 and var status ? status : null,
            };
        }
    }

    private static bool IsMissing(AmazonS3Exception failed) =>
        failed.StatusCode is HttpStatusCode.NotFound && failed.ErrorCode is not "NoSuchBucket";
}
