using System.ComponentModel.DataAnnotations;

namespace Trainyard.ExperimentStore.Runs;

internal sealed class RunOptions
{
    public const string Section = "RUNS";

    /// <summary>How often runs are compared with their leases and heartbeats.</summary>
    [ConfigurationKeyName("RECONCILE_EVERY_SECONDS")]
    [Range(0.05, 3600, ErrorMessage = "RUNS__RECONCILE_EVERY_SECONDS must be from 0.05 to 3600.")]
    public double ReconcileEverySeconds { get; init; } = 5;

    /// <summary>How long a running run may be without a lease before it counts as abandoned; 0 where leases live in this process.</summary>
    [ConfigurationKeyName("LEASE_GRACE_SECONDS")]
    [Range(0, 86_400, ErrorMessage = "RUNS__LEASE_GRACE_SECONDS must be from 0 to 86400.")]
    public double LeaseGraceSeconds { get; init; } = 15;

    /// <summary>How long after an offer a queued run nobody claimed is offered again; doubles each time, up to ten minutes.</summary>
    [ConfigurationKeyName("OFFER_AGAIN_SECONDS")]
    [Range(0.05, 3600, ErrorMessage = "RUNS__OFFER_AGAIN_SECONDS must be from 0.05 to 3600.")]
    public double OfferAgainSeconds { get; init; } = 10;

    /// <summary>How many attempts in a row may end without getting further before the run has failed.</summary>
    [ConfigurationKeyName("MAX_STALLED_ATTEMPTS")]
    [Range(1, 1000, ErrorMessage = "RUNS__MAX_STALLED_ATTEMPTS must be from 1 to 1000.")]
    public int MaxStalledAttempts { get; init; } = 5;

    /// <summary>The delay before an attempt after a transient failure; doubles with each attempt that gets no further.</summary>
    [ConfigurationKeyName("RETRY_SECONDS")]
    [Range(0, 3600, ErrorMessage = "RUNS__RETRY_SECONDS must be from 0 to 3600.")]
    public double RetrySeconds { get; init; } = 5;

    /// <summary>How long an external run that announced no interval may be silent.</summary>
    [ConfigurationKeyName("SILENCE_SECONDS")]
    [Range(1, 31_536_000, ErrorMessage = "RUNS__SILENCE_SECONDS must be from 1 to 31536000.")]
    public double SilenceSeconds { get; init; } = 600;

    /// <summary>The least silence of an external run that announced an interval; three intervals when that is more.</summary>
    [ConfigurationKeyName("MIN_SILENCE_SECONDS")]
    [Range(0, 31_536_000, ErrorMessage = "RUNS__MIN_SILENCE_SECONDS must be from 0 to 31536000.")]
    public double MinSilenceSeconds { get; init; } = 60;

    /// <summary>Series a run may have; values of further ones are dropped, and its log says so.</summary>
    [ConfigurationKeyName("MAX_SERIES")]
    [Range(1, 1_000_000, ErrorMessage = "RUNS__MAX_SERIES must be from 1 to 1000000.")]
    public int MaxSeries { get; init; } = 20_000;

    /// <summary>Days within which a deleted run or experiment can be restored; its files and rows are removed after them.</summary>
    [ConfigurationKeyName("UNDO_DAYS")]
    [Range(0, 3650, ErrorMessage = "RUNS__UNDO_DAYS must be from 0 to 3650.")]
    public double UndoDays { get; init; } = 7;
}
