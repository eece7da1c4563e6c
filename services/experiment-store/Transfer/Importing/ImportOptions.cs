using System.ComponentModel.DataAnnotations;

namespace Trainyard.ExperimentStore.Transfer.Importing;

internal sealed class ImportOptions
{
    public const string Section = "IMPORT";

    /// <summary>The maximum size of an upload.</summary>
    [ConfigurationKeyName("MAX_UPLOAD_BYTES")]
    [Range(1, long.MaxValue, ErrorMessage = "IMPORT__MAX_UPLOAD_BYTES must be at least 1.")]
    public long MaxUploadBytes { get; init; } = 4L << 30;

    /// <summary>The maximum unpacked size of an archive.</summary>
    [ConfigurationKeyName("MAX_UNPACKED_BYTES")]
    [Range(1, long.MaxValue, ErrorMessage = "IMPORT__MAX_UNPACKED_BYTES must be at least 1.")]
    public long MaxUnpackedBytes { get; init; } = 16L << 30;

    /// <summary>The maximum number of files in an archive.</summary>
    [ConfigurationKeyName("MAX_FILES")]
    [Range(1, 10_000_000, ErrorMessage = "IMPORT__MAX_FILES must be from 1 to 10000000.")]
    public int MaxFiles { get; init; } = 100_000;

    /// <summary>How long after its process dies an import waits for another process.</summary>
    [ConfigurationKeyName("LEASE_SECONDS")]
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ErrorMessage = "IMPORT__LEASE_SECONDS must be from 1 to 3600.")]
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);
}
