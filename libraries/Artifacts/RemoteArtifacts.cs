using Amazon.Runtime;
using Amazon.S3;
using Azure.Identity;
using Azure.Storage.Blobs;

namespace Trainyard.Artifacts;

/// <summary>The remote store in addition to the local folder, if configured.</summary>
/// <param name="store">The store; null if artifacts are only kept locally.</param>
public sealed class RemoteArtifacts(IArtifactStore? store) : IDisposable
{
    /// <summary>The store; null if artifacts are only kept locally.</summary>
    public IArtifactStore? Store => store;

    /// <summary>Creates the store from valid settings. Makes no requests.</summary>
    public static RemoteArtifacts Create(ArtifactOptions options) => new(options switch
    {
        { Store: ArtifactStoreKind.S3, S3Bucket: { } bucket } => new S3Artifacts(S3(options), bucket, options.Prefix),
        { Store: ArtifactStoreKind.Azure, AzureContainer: { } container } =>
            new AzureArtifacts(Azure(options).GetBlobContainerClient(container), options.Prefix),
        _ => null,
    });

    /// <inheritdoc/>
    public void Dispose() => (store as IDisposable)?.Dispose();

    private static AmazonS3Client S3(ArtifactOptions options)
    {
        var config = new AmazonS3Config
        {
            AuthenticationRegion = options.S3Region,
            // Servers other than Amazon's support neither bucket host names nor its newer checksums.
            ForcePathStyle = options.S3Endpoint is not null,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.S3Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint;
        }
        else
        {
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(options.S3Region);
        }
        return options is { S3AccessKey: { } key, S3SecretKey: { } secret }
            ? new(new BasicAWSCredentials(key, secret), config)
            : new(config);
    }

    private static BlobServiceClient Azure(ArtifactOptions options) => options switch
    {
        { AzureConnectionString: { } connectionString } => new(connectionString),
        { AzureServiceUri: { } address } => new(new Uri(address), new DefaultAzureCredential()),
        _ => throw new ArgumentException("ARTIFACTS__AZURE_CONNECTION_STRING or ARTIFACTS__AZURE_SERVICE_URI is needed.", nameof(options)),
    };
}
