using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;

namespace Trainyard.Artifacts;

/// <summary>Where finished artifacts are kept.</summary>
public enum ArtifactStoreKind
{
    /// <summary>In the artifacts folder alone.</summary>
    Local,

    /// <summary>Also in a bucket of S3 or a server that speaks its protocol.</summary>
    S3,

    /// <summary>Also in a container of Azure Blob Storage.</summary>
    Azure,
}

/// <summary>Settings of the artifact store.</summary>
public sealed class ArtifactOptions : IValidatableObject
{
    /// <summary>The settings' section.</summary>
    public const string Section = "ARTIFACTS";

    /// <summary>Where finished artifacts are kept.</summary>
    [ConfigurationKeyName("STORE")]
    [EnumDataType(typeof(ArtifactStoreKind), ErrorMessage = "ARTIFACTS__STORE must be local, s3 or azure.")]
    public ArtifactStoreKind Store { get; init; }

    /// <summary>Prefix of every key or blob name.</summary>
    [ConfigurationKeyName("PREFIX")]
    [RegularExpression("[A-Za-z0-9._/-]{0,200}", ErrorMessage = "ARTIFACTS__PREFIX must hold at most 200 letters, digits and ._/- only.")]
    public string Prefix { get; init; } = "";

    /// <summary>The bucket.</summary>
    [ConfigurationKeyName("S3_BUCKET")]
    public string? S3Bucket { get; init; }

    /// <summary>The server's address, such as that of a MinIO; Amazon's when unset.</summary>
    [ConfigurationKeyName("S3_ENDPOINT")]
    [Url(ErrorMessage = "ARTIFACTS__S3_ENDPOINT must be an http or https address.")]
    public string? S3Endpoint { get; init; }

    /// <summary>The region.</summary>
    [ConfigurationKeyName("S3_REGION")]
    public string S3Region { get; init; } = "us-east-1";

    /// <summary>The access key; the SDK's default credentials when unset.</summary>
    [ConfigurationKeyName("S3_ACCESS_KEY")]
    public string? S3AccessKey { get; init; }

    /// <summary>Its secret.</summary>
    [ConfigurationKeyName("S3_SECRET_KEY")]
    public string? S3SecretKey { get; init; }

    /// <summary>The container.</summary>
    [ConfigurationKeyName("AZURE_CONTAINER")]
    public string? AzureContainer { get; init; }

    /// <summary>How to reach the storage account with a key.</summary>
    [ConfigurationKeyName("AZURE_CONNECTION_STRING")]
    public string? AzureConnectionString { get; init; }

    /// <summary>The account's blob address, accessed with the process's Azure identity.</summary>
    [ConfigurationKeyName("AZURE_SERVICE_URI")]
    [Url(ErrorMessage = "ARTIFACTS__AZURE_SERVICE_URI must be an https address.")]
    public string? AzureServiceUri { get; init; }

    /// <summary>Whether to delete a run's local checkpoints, except the newest, once all are uploaded.</summary>
    [ConfigurationKeyName("PRUNE_LOCAL")]
    public bool PruneLocal { get; init; }

    /// <summary>Interval between scans for ended runs to upload.</summary>
    [ConfigurationKeyName("UPLOAD_EVERY_SECONDS")]
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00", ErrorMessage = "ARTIFACTS__UPLOAD_EVERY_SECONDS must be from 1 to 86400.")]
    public TimeSpan UploadEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Largest file a caller may upload, in bytes.</summary>
    [ConfigurationKeyName("MAX_UPLOAD_BYTES")]
    [Range(1, 1L << 40, ErrorMessage = "ARTIFACTS__MAX_UPLOAD_BYTES must be from {1} to {2}.")]
    public long MaxUploadBytes { get; init; } = 10L << 30;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Store is ArtifactStoreKind.S3 && string.IsNullOrEmpty(S3Bucket))
        {
            yield return new("ARTIFACTS__S3_BUCKET must name a bucket when ARTIFACTS__STORE is s3.");
        }
        if (S3AccessKey is null != S3SecretKey is null)
        {
            yield return new("ARTIFACTS__S3_ACCESS_KEY and ARTIFACTS__S3_SECRET_KEY must be set together.");
        }
        if (Store is ArtifactStoreKind.Azure && string.IsNullOrEmpty(AzureContainer))
        {
            yield return new("ARTIFACTS__AZURE_CONTAINER must name a container when ARTIFACTS__STORE is azure.");
        }
        if (Store is ArtifactStoreKind.Azure && AzureConnectionString is null == AzureServiceUri is null)
        {
            yield return new(
                "ARTIFACTS__AZURE_CONNECTION_STRING or ARTIFACTS__AZURE_SERVICE_URI must be set when ARTIFACTS__STORE is azure.");
        }
    }
}
