using System.ComponentModel.DataAnnotations;

namespace Trainyard.ExperimentStore.Transfer.Importing;

internal sealed class ImportOptions
{
    public const string Section = "IMPORT";

    /// <summary>The largest upload.</summary>
    [ConfigurationKeyName("MAX_UPLOAD_BYTES")]
    [Range(1, long.MaxValue, ErrorMessage = "IMPORT__MAX_UPLOAD_BYTES must be at least 1.")]
    public long MaxUploadBytes { get; init; } = 4L << 30;

    /// <summary>The most an archive may become when it is unpacked.</summary>
    [ConfigurationKeyName("MAX_UNPACKED_BYTES")]
    [Range(1, long.MaxValue, ErrorMessage = "IMPORT__MAX_UNPACKED_BYTES must be at least 1.")]
    public long MaxUnpackedBytes { get; init; } = 16L << 30;

    /// <summary>The most files an archive may hold.</summary>
    [ConfigurationKeyName("MAX_FILES")]
    [Range(1, 10_000_000, ErrorMessage = "IMPORT__MAX_FILES must be from 1 to 10000000.")]
    public int MaxFiles { get; init; } = 100_000;

    /// <summary>How long an import whose process has died waits for another.</summary>
    [ConfigurationKeyName("LEASE_SECONDS")]
    [Range(1, 3600, ErrorMessage = "IMPORT__LEASE_SECONDS must be from 1 to 3600.")]
    public double LeaseSeconds { get; init; } = 30;
}
