using System.ComponentModel.DataAnnotations;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Runs;

internal sealed class RunOptions
{
    public const string Section = "RUNS";
    private static readonly TimeSpan MaxPause = TimeSpan.FromMinutes(10);

    /// <summary>Seconds between checks of leases and heartbeats.</summary>
    [ConfigurationKeyName("RECONCILE_EVERY_SECONDS")]
    [Range(0.05, 3600, ErrorMessage = "RUNS__RECONCILE_EVERY_SECONDS must be from 0.05 to 3600.")]
    public double ReconcileEverySeconds { get; init; } = 5;

    /// <summary>Seconds without a lease after which a running run counts as abandoned.</summary>
    [ConfigurationKeyName("LEASE_GRACE_SECONDS")]
    [Range(0.0, 86_400.0, ErrorMessage = "RUNS__LEASE_GRACE_SECONDS must be from 0 to 86400.")]
    public double LeaseGraceSeconds { get; init; } = 15;

    /// <summary>
    /// Whether leases are held in this process, so that what runs without one when it starts is abandoned. The grace applies later.
    /// </summary>
    [ConfigurationKeyName("LEASES_END_WITH_PROCESS")]
    public bool LeasesEndWithProcess { get; init; }

    /// <summary>Seconds until an unclaimed run is offered again. Doubles each time, up to ten minutes.</summary>
    [ConfigurationKeyName("OFFER_AGAIN_SECONDS")]
    [Range(0.05, 3600, ErrorMessage = "RUNS__OFFER_AGAIN_SECONDS must be from 0.05 to 3600.")]
    public double OfferAgainSeconds { get; init; } = 10;

    /// <summary>Consecutive attempts without progress after which a run fails.</summary>
    [ConfigurationKeyName("MAX_STALLED_ATTEMPTS")]
    [Range(1, 1000, ErrorMessage = "RUNS__MAX_STALLED_ATTEMPTS must be from 1 to 1000.")]
    public int MaxStalledAttempts { get; init; } = 5;

    /// <summary>Seconds before the next attempt after a transient failure. Doubles with each attempt without progress.</summary>
    [ConfigurationKeyName("RETRY_SECONDS")]
    [Range(0.0, 3600.0, ErrorMessage = "RUNS__RETRY_SECONDS must be from 0 to 3600.")]
    public double RetrySeconds { get; init; } = 5;

    /// <summary>Seconds without events after which an external run that announced no interval counts as interrupted.</summary>
    [ConfigurationKeyName("SILENCE_SECONDS")]
    [Range(1.0, 31_536_000.0, ErrorMessage = "RUNS__SILENCE_SECONDS must be from 1 to 31536000.")]
    public double SilenceSeconds { get; init; } = 600;

    /// <summary>The same for a run that announced an interval: this or three intervals, whichever is longer.</summary>
    [ConfigurationKeyName("MIN_SILENCE_SECONDS")]
    [Range(0.0, 31_536_000.0, ErrorMessage = "RUNS__MIN_SILENCE_SECONDS must be from 0 to 31536000.")]
    public double MinSilenceSeconds { get; init; } = 60;

    /// <summary>Maximum number of series per run. Values of further series are dropped, which the run's log reports.</summary>
    [ConfigurationKeyName("MAX_SERIES")]
    [Range(1, 1_000_000, ErrorMessage = "RUNS__MAX_SERIES must be from 1 to 1000000.")]
    public int MaxSeries { get; init; } = 20_000;

    /// <summary>Days in which a deleted run or experiment can be restored. Its files and rows are removed afterwards.</summary>
    [ConfigurationKeyName("UNDO_DAYS")]
    [Range(0.0, 3650.0, ErrorMessage = "RUNS__UNDO_DAYS must be from 0 to 3650.")]
    public double UndoDays { get; init; } = 7;

    /// <summary>From one offer to the next.</summary>
    public TimeSpan OfferPause(int earlierOffers) => DoublingPause.After(earlierOffers, OfferAgainSeconds, MaxPause);

    /// <summary>From a transient failure to the next attempt.</summary>
    public TimeSpan RetryPause(int earlierFailures) => DoublingPause.After(earlierFailures, RetrySeconds, MaxPause);
}
