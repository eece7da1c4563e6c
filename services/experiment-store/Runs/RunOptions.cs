using System.ComponentModel.DataAnnotations;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Runs;

internal sealed class RunOptions
{
    public const string Section = "RUNS";
    private static readonly TimeSpan MaxPause = TimeSpan.FromMinutes(10);

    /// <summary>Interval between checks of leases and heartbeats.</summary>
    [ConfigurationKeyName("RECONCILE_EVERY_SECONDS")]
    [Range(typeof(TimeSpan), "00:00:00.05", "01:00:00", ErrorMessage = "RUNS__RECONCILE_EVERY_SECONDS must be from 0.05 to 3600.")]
    public TimeSpan ReconcileEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a running run may be without a lease before it counts as abandoned.</summary>
    [ConfigurationKeyName("LEASE_GRACE_SECONDS")]
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00", ErrorMessage = "RUNS__LEASE_GRACE_SECONDS must be from 0 to 86400.")]
    public TimeSpan LeaseGrace { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Whether leases are held in this process, so that what runs without one when it starts is abandoned. The grace applies later.
    /// </summary>
    [ConfigurationKeyName("LEASES_END_WITH_PROCESS")]
    public bool LeasesEndWithProcess { get; init; }

    /// <summary>How long until an unclaimed run is offered again. Doubles each time, up to ten minutes.</summary>
    [ConfigurationKeyName("OFFER_AGAIN_SECONDS")]
    [Range(typeof(TimeSpan), "00:00:00.05", "01:00:00", ErrorMessage = "RUNS__OFFER_AGAIN_SECONDS must be from 0.05 to 3600.")]
    public TimeSpan OfferAgainAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Consecutive attempts without progress after which a run fails.</summary>
    [ConfigurationKeyName("MAX_STALLED_ATTEMPTS")]
    [Range(1, 1000, ErrorMessage = "RUNS__MAX_STALLED_ATTEMPTS must be from 1 to 1000.")]
    public int MaxStalledAttempts { get; init; } = 5;

    /// <summary>How long until the next attempt after a transient failure. Doubles with each attempt without progress.</summary>
    [ConfigurationKeyName("RETRY_SECONDS")]
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00", ErrorMessage = "RUNS__RETRY_SECONDS must be from 0 to 3600.")]
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an external run that announced no interval may send nothing before it counts as interrupted.</summary>
    [ConfigurationKeyName("SILENCE_SECONDS")]
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00", ErrorMessage = "RUNS__SILENCE_SECONDS must be from 1 to 31536000.")]
    public TimeSpan MaxSilence { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The same for a run that announced an interval: this or three intervals, whichever is longer.</summary>
    [ConfigurationKeyName("MIN_SILENCE_SECONDS")]
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00", ErrorMessage = "RUNS__MIN_SILENCE_SECONDS must be from 0 to 31536000.")]
    public TimeSpan MinSilence { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Maximum number of series per run. Values of further series are dropped, which the run's log reports.</summary>
    [ConfigurationKeyName("MAX_SERIES")]
    [Range(1, 1_000_000, ErrorMessage = "RUNS__MAX_SERIES must be from 1 to 1000000.")]
    public int MaxSeries { get; init; } = 20_000;

    /// <summary>Maximum number of images and other media per run. Further ones are dropped, which the run's log reports.</summary>
    [ConfigurationKeyName("MAX_MEDIA_ITEMS")]
    [Range(0, 1_000_000, ErrorMessage = "RUNS__MAX_MEDIA_ITEMS must be from 0 to 1000000.")]
    public int MaxMediaItems { get; init; } = 20_000;

    /// <summary>Maximum size of a run's media in the database, in bytes. Further ones are dropped, which the run's log reports.</summary>
    [ConfigurationKeyName("MAX_MEDIA_BYTES")]
    [Range(0L, 1L << 40, ErrorMessage = "RUNS__MAX_MEDIA_BYTES must be from 0 to 1099511627776.")]
    public long MaxMediaBytes { get; init; } = 1L << 30;

    /// <summary>How long a deleted run or experiment can be restored. Its files and rows are removed afterwards.</summary>
    [ConfigurationKeyName("UNDO_DAYS")]
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00", ErrorMessage = "RUNS__UNDO_DAYS must be from 0 to 3650.")]
    public TimeSpan UndoWithin { get; init; } = TimeSpan.FromDays(7);

    /// <summary>The shortest silence after which any external run can count as interrupted.</summary>
    public TimeSpan ShortestSilence => MinSilence < MaxSilence ? MinSilence : MaxSilence;

    /// <summary>From one offer to the next.</summary>
    public TimeSpan OfferPause(int earlierOffers) => DoublingPause.After(earlierOffers, OfferAgainAfter, MaxPause);

    /// <summary>From a transient failure to the next attempt.</summary>
    public TimeSpan RetryPause(int earlierFailures) => DoublingPause.After(earlierFailures, RetryDelay, MaxPause);
}
