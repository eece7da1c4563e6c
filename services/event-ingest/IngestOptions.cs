using System.ComponentModel.DataAnnotations;
using Trainyard.Contracts.Events;

namespace Trainyard.EventIngest;

/// <summary>Limits on requests, and on how long ingest may hold them.</summary>
public sealed class IngestOptions
{
    public const string Section = "INGEST";

    /// <summary>Largest body as it arrives, compressed or not, in bytes.</summary>
    [ConfigurationKeyName("MAX_BODY_BYTES")]
    [Range(1024, 128 << 20, ErrorMessage = "INGEST__MAX_BODY_BYTES must be from {1} to {2}.")]
    public int MaxBodyBytes { get; init; } = 16 << 20;

    /// <summary>Largest body once it is decompressed, in bytes.</summary>
    [ConfigurationKeyName("MAX_DECODED_BYTES")]
    [Range(1024, 256 << 20, ErrorMessage = "INGEST__MAX_DECODED_BYTES must be from {1} to {2}.")]
    public int MaxDecodedBytes { get; init; } = 32 << 20;

    /// <summary>Largest message on the bus, in bytes. A request must fit into one; RabbitMQ 4 refuses messages above 16 MiB.</summary>
    [ConfigurationKeyName("MAX_MESSAGE_BYTES")]
    [Range(64 << 10, 128 << 20, ErrorMessage = "INGEST__MAX_MESSAGE_BYTES must be from {1} to {2}.")]
    public int MaxMessageBytes { get; init; } = 15 << 20;

    /// <summary>Time limit for a body to arrive.</summary>
    [ConfigurationKeyName("BODY_SECONDS")]
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ErrorMessage = "INGEST__BODY_SECONDS must be from 1 to 3600.")]
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Minimum average rate of a body from its fifth second on, in bytes per second.</summary>
    [ConfigurationKeyName("MIN_BODY_BYTES_PER_SECOND")]
    [Range(1, 1 << 20, ErrorMessage = "INGEST__MIN_BODY_BYTES_PER_SECOND must be from {1} to {2}.")]
    public int MinBodyBytesPerSecond { get; init; } = 4096;

    /// <summary>Maximum number of events in a request.</summary>
    [ConfigurationKeyName("MAX_EVENTS")]
    [Range(1, 1_000_000, ErrorMessage = "INGEST__MAX_EVENTS must be from {1} to {2}.")]
    public int MaxEvents { get; init; } = 10_000;

    /// <summary>Maximum number of measurements in an event.</summary>
    [ConfigurationKeyName("MAX_MEASUREMENTS")]
    [Range(1, 100_000, ErrorMessage = "INGEST__MAX_MEASUREMENTS must be from {1} to {2}.")]
    public int MaxMeasurements { get; init; } = 1000;

    /// <summary>Longest name of a measurement, in characters.</summary>
    [ConfigurationKeyName("MAX_NAME_LENGTH")]
    [Range(1, 1000, ErrorMessage = "INGEST__MAX_NAME_LENGTH must be from {1} to {2}.")]
    public int MaxNameLength { get; init; } = 250;

    /// <summary>Largest <c>metadata</c> of an event, in bytes of JSON.</summary>
    [ConfigurationKeyName("MAX_METADATA_BYTES")]
    [Range(64, 4 << 20, ErrorMessage = "INGEST__MAX_METADATA_BYTES must be from {1} to {2}.")]
    public int MaxMetadataBytes { get; init; } = 256 << 10;

    /// <summary>Maximum nesting depth of <c>metadata</c>.</summary>
    [ConfigurationKeyName("MAX_METADATA_DEPTH")]
    [Range(1, 56, ErrorMessage = "INGEST__MAX_METADATA_DEPTH must be from {1} to {2}.")]
    public int MaxMetadataDepth { get; init; } = 32;

    /// <summary>Largest content of an <c>ml.run.media</c> event, in bytes: of an image as a file, not as base64.</summary>
    [ConfigurationKeyName("MAX_MEDIA_BYTES")]
    [Range(1024, MediaLimits.MaxContentBytes, ErrorMessage = "INGEST__MAX_MEDIA_BYTES must be from {1} to {2}.")]
    public int MaxMediaBytes { get; init; } = 2 << 20;

    /// <summary>Maximum memory of all requests being read or waiting, in bytes. Beyond it, requests get 503 with Retry-After.</summary>
    [ConfigurationKeyName("MAX_PENDING_BYTES")]
    [Range(1 << 20, 4L << 30, ErrorMessage = "INGEST__MAX_PENDING_BYTES must be from {1} to {2}.")]
    public long MaxPendingBytes { get; init; } = 64 << 20;

    /// <summary>Maximum number of waiting requests. Beyond it, requests get 429 with Retry-After.</summary>
    [ConfigurationKeyName("MAX_PENDING_REQUESTS")]
    [Range(1, 1_000_000, ErrorMessage = "INGEST__MAX_PENDING_REQUESTS must be from {1} to {2}.")]
    public int MaxPendingRequests { get; init; } = 10_000;

    /// <summary>Number of events at which a group is sent without waiting for more.</summary>
    [ConfigurationKeyName("GROUP_EVENTS")]
    [Range(1, 10_000, ErrorMessage = "INGEST__GROUP_EVENTS must be from {1} to {2}.")]
    public int GroupEvents { get; init; } = 500;

    /// <summary>Maximum JSON size of an event, in bytes: the sum of the other limits, with fully escaped names.</summary>
    internal int MaxEventBytes
    {
        get
        {
            var measurements = (long)MaxMeasurements * ((MaxNameLength * MaxEscaping) + PerMeasurement);
            return (int)Math.Min(int.MaxValue, MaxMediaMetadataBytes + measurements + OtherMembers);
        }
    }

    /// <summary>Largest <c>metadata</c> of an <c>ml.run.media</c> event, in bytes of JSON: its content in base64 and the rest.</summary>
    internal long MaxMediaMetadataBytes => MaxMetadataBytes + (((MaxMediaBytes + 2L) / 3) * 4);

    // "\u0041" for one character; a number with its colon and comma; ids, texts and tags.
    private const int MaxEscaping = 6;
    private const int PerMeasurement = 32;
    private const int OtherMembers = 256 << 10;

    /// <summary>How long a group waits for more requests. Only used with a broker.</summary>
    [ConfigurationKeyName("LINGER_MS")]
    [Range(typeof(TimeSpan), "00:00:00", "00:00:01", ErrorMessage = "INGEST__LINGER_MS must be from 0 to 1000.")]
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Maximum number of groups in flight to the broker or the store.</summary>
    [ConfigurationKeyName("GROUPS_IN_FLIGHT")]
    [Range(1, 256, ErrorMessage = "INGEST__GROUPS_IN_FLIGHT must be from {1} to {2}.")]
    public int GroupsInFlight { get; init; } = 8;

    /// <summary>Time limit for a group to become durable. After it, requests fail and should be repeated.</summary>
    [ConfigurationKeyName("DURABLE_WITHIN_MS")]
    [Range(typeof(TimeSpan), "00:00:00.1", "00:02:00", ErrorMessage = "INGEST__DURABLE_WITHIN_MS must be from 100 to 120000.")]
    public TimeSpan DurableWithin { get; init; } = TimeSpan.FromSeconds(10);
}
