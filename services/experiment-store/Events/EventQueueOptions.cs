using System.ComponentModel.DataAnnotations;

namespace Trainyard.ExperimentStore.Events;

internal sealed class EventQueueOptions
{
    public const string Section = "EVENT_QUEUE";

    /// <summary>Bytes of events that may wait on the broker while the store can't keep up; beyond that, ingest asks its callers to come back.</summary>
    [ConfigurationKeyName("MAX_BYTES")]
    [Range(1 << 16, 1L << 40, ErrorMessage = "EVENT_QUEUE__MAX_BYTES must be from {1} to {2}.")]
    public long MaxBytes { get; init; } = 4L << 30;
}
