using System.ComponentModel.DataAnnotations;

namespace Trainyard.ExperimentStore.Events;

internal sealed class EventQueueOptions
{
    public const string Section = "EVENT_QUEUE";

    /// <summary>
    /// Bytes of events that may be queued on the broker while the store can't keep up. Beyond that, ingest asks callers to retry later.
    /// </summary>
    [ConfigurationKeyName("MAX_BYTES")]
    [Range(1 << 16, 1L << 40, ErrorMessage = "EVENT_QUEUE__MAX_BYTES must be from {1} to {2}.")]
    public long MaxBytes { get; init; } = 4L << 30;
}
