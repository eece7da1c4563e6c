using System.ComponentModel.DataAnnotations;

namespace Trainyard.TrainerWorker.Worker;

internal sealed class WorkerOptions : IValidatableObject
{
    public const string Section = "TRAINER";

    /// <summary>Duration of a run's lease without renewal.</summary>
    [ConfigurationKeyName("LEASE_SECONDS")]
    [Range(0.5, 3600, ErrorMessage = "TRAINER__LEASE_SECONDS must be from 0.5 to 3600.")]
    public double LeaseSeconds { get; init; } = 15;

    /// <summary>Interval between renewals; at most half the duration.</summary>
    [ConfigurationKeyName("RENEW_SECONDS")]
    [Range(0.1, 1200, ErrorMessage = "TRAINER__RENEW_SECONDS must be from 0.1 to 1200.")]
    public double RenewSeconds { get; init; } = 5;

    /// <summary>Interval at which a run polls for requests to cancel, pause or save it.</summary>
    [ConfigurationKeyName("POLL_SECONDS")]
    [Range(0.01, 60, ErrorMessage = "TRAINER__POLL_SECONDS must be from 0.01 to 60.")]
    public double PollSeconds { get; init; } = 0.5;

    /// <summary>Maximum number of metric events buffered while the store is unavailable; older ones are dropped.</summary>
    [ConfigurationKeyName("EVENT_BUFFER")]
    [Range(16, 1_000_000, ErrorMessage = "TRAINER__EVENT_BUFFER must be from 16 to 1000000.")]
    public int EventBuffer { get; init; } = 4096;

    /// <summary>Number of models cached for text generation.</summary>
    [ConfigurationKeyName("LOADED_MODELS")]
    [Range(1, 64, ErrorMessage = "TRAINER__LOADED_MODELS must be from 1 to 64.")]
    public int LoadedModels { get; init; } = 2;

    /// <summary>Maximum number of text generations in progress or waiting.</summary>
    [ConfigurationKeyName("MAX_GENERATIONS")]
    [Range(1, 10_000, ErrorMessage = "TRAINER__MAX_GENERATIONS must be from 1 to 10000.")]
    public int MaxGenerations { get; init; } = 32;

    /// <summary>How long a compute process is kept without work.</summary>
    [ConfigurationKeyName("IDLE_SECONDS")]
    [Range(0.0, 86_400.0, ErrorMessage = "TRAINER__IDLE_SECONDS must be from 0 to 86400.")]
    public double IdleSeconds { get; init; } = 60;

    /// <summary>Memory above which a compute process without work is replaced, in MiB.</summary>
    [ConfigurationKeyName("MAX_IDLE_MEMORY_MB")]
    [Range(1, 1_048_576, ErrorMessage = "TRAINER__MAX_IDLE_MEMORY_MB must be from 1 to 1048576.")]
    public int MaxIdleMemoryMb { get; init; } = 2048;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => RenewSeconds <= LeaseSeconds / 2
        ? []
        : [new($"TRAINER__RENEW_SECONDS must be at most half of TRAINER__LEASE_SECONDS, not {RenewSeconds} of {LeaseSeconds}.")];
}
