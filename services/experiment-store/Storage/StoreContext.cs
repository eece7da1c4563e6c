using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Trainyard.CheckpointFiles;
using Trainyard.Contracts.Alerts;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Alerts;
using Trainyard.ExperimentStore.Artifacts;
using Trainyard.ExperimentStore.Bridge;
using Trainyard.ExperimentStore.Checkpoints;
using Trainyard.ExperimentStore.Evaluations;
using Trainyard.ExperimentStore.Events;
using Trainyard.ExperimentStore.Experiments;
using Trainyard.ExperimentStore.Importing;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Logs;
using Trainyard.ExperimentStore.Machine;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Metrics.Retention;
using Trainyard.ExperimentStore.Metrics.Summaries;
using Trainyard.ExperimentStore.Outbound;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Search;
using Trainyard.ExperimentStore.Sweeps;
using Trainyard.ExperimentStore.Views;

namespace Trainyard.ExperimentStore.Storage;

/// <summary>
/// The one model of both databases. It has no foreign keys: points and logs arrive by the million and a run's are deleted in
/// chunks, so what belongs together is kept so by the transactions that write it, each of which holds its runs' rows.
/// </summary>
internal abstract class StoreContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Experiment> Experiments => Set<Experiment>();

    public DbSet<Run> Runs => Set<Run>();

    public DbSet<RunTag> Tags => Set<RunTag>();

    public DbSet<RunParam> Params => Set<RunParam>();

    public DbSet<RunAttempt> Attempts => Set<RunAttempt>();

    public DbSet<Series> Series => Set<Series>();

    public DbSet<Point> Points => Set<Point>();

    public DbSet<BucketSummary> Summaries => Set<BucketSummary>();

    public DbSet<MinuteSummary> Minutes => Set<MinuteSummary>();

    public DbSet<Archive> Archives => Set<Archive>();

    public DbSet<LogLine> Logs => Set<LogLine>();

    public DbSet<Checkpoint> Checkpoints => Set<Checkpoint>();

    public DbSet<Artifact> Artifacts => Set<Artifact>();

    public DbSet<RememberedKey> Keys => Set<RememberedKey>();

    public DbSet<SequencePage> SequencePages => Set<SequencePage>();

    public DbSet<Evaluation> Evaluations => Set<Evaluation>();

    public DbSet<AlertRule> AlertRules => Set<AlertRule>();

    public DbSet<AlertState> AlertStates => Set<AlertState>();

    public DbSet<AlertFiring> AlertFirings => Set<AlertFiring>();

    public DbSet<SampledMachine> Machines => Set<SampledMachine>();

    public DbSet<MachineSample> MachineSamples => Set<MachineSample>();

    public DbSet<Sweep> Sweeps => Set<Sweep>();

    public DbSet<SweepTrial> SweepTrials => Set<SweepTrial>();

    public DbSet<Trainer> Trainers => Set<Trainer>();

    public DbSet<Delivery> Deliveries => Set<Delivery>();

    public DbSet<Import> Imports => Set<Import>();

    public DbSet<ImportedPart> ImportedParts => Set<ImportedPart>();

    public DbSet<SavedView> Views => Set<SavedView>();

    /// <summary>What subscribers hear once this context's transaction has committed.</summary>
    public List<LiveMessage> Announcements { get; } = [];

    /// <summary>Points this context's transaction has stored, for the alerts to look at before it commits.</summary>
    public List<WrittenPoints> Written { get; } = [];

    /// <summary>What whoever notifies people hears once this context's transaction has committed.</summary>
    public List<AlertFired> Fired { get; } = [];

    /// <summary>What workers hear once this context's transaction has committed.</summary>
    public List<object> WakeUps { get; } = [];

    /// <summary>The writes that would be too slow row by row.</summary>
    public abstract IBulk Bulk { get; }

    /// <summary>From here on the context sees one state of the database, whatever is written meanwhile.</summary>
    public abstract Task<IDbContextTransaction> SnapshotAsync(CancellationToken cancellationToken);

    /// <summary>The runs that exist of these, held for this transaction. The order of locking is the same everywhere, so that two batches can't wait for each other.</summary>
    public abstract IQueryable<Run> LockRuns(string[] runIds);

    /// <summary>
    /// Keeps other transactions from creating rows with these ids until this one ends. Look for the rows again afterwards: another transaction may
    /// have created them meanwhile.
    /// </summary>
    public abstract Task ReserveAsync(string kind, string[] ids, CancellationToken cancellationToken);

    /// <summary>Likewise for a sweep: who holds it decides on its next trial.</summary>
    public abstract IQueryable<Sweep> LockSweep(string sweepId);

    /// <summary>Likewise for an experiment.</summary>
    public abstract IQueryable<Experiment> LockExperiment(string experimentId);

    /// <summary>A series of a run that is held for this transaction; null when it is gone.</summary>
    public async Task<Series?> LockSeriesAsync(long seriesId, CancellationToken cancellationToken)
    {
        var runId = await Series.Where(one => one.Id == seriesId).Select(one => one.RunId).FirstOrDefaultAsync(cancellationToken);
        return runId is not null && await LockRuns([runId]).AsNoTracking().SingleOrDefaultAsync(cancellationToken) is { DeletedAt: null }
            ? await Series.AsNoTracking().SingleOrDefaultAsync(one => one.Id == seriesId, cancellationToken)
            : null;
    }

    /// <summary>Likewise for the pages of clients that count their requests.</summary>
    public abstract IQueryable<SequencePage> LockSequencePages(string[] keys);

    /// <summary>Keeps the parameters of runs as their configs say, whoever changes those.</summary>
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        // Once is enough: each time it looks at every property of every row.
        ChangeTracker.DetectChanges();
        ChangeTracker.AutoDetectChangesEnabled = false;
        try
        {
            await RunParam.FollowConfigsAsync(this, cancellationToken);
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }
        finally
        {
            ChangeTracker.AutoDetectChangesEnabled = true;
        }
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<RunStatus>().HaveConversion<LowerCase<RunStatus>>();
        configurationBuilder.Properties<RunKind>().HaveConversion<LowerCase<RunKind>>();
        configurationBuilder.Properties<RunRequest>().HaveConversion<LowerCase<RunRequest>>();
        configurationBuilder.Properties<SweepState>().HaveConversion<LowerCase<SweepState>>();
        configurationBuilder.Properties<TrialOutcome>().HaveConversion<LowerCase<TrialOutcome>>();
        configurationBuilder.Properties<AlertKind>().HaveConversion<LowerCase<AlertKind>>();
        configurationBuilder.Properties<AlertDirection>().HaveConversion<LowerCase<AlertDirection>>();
        configurationBuilder.Properties<CheckpointValidation>().HaveConversion<LowerCase<CheckpointValidation>>();
        configurationBuilder.Properties<CheckpointFormat>().HaveConversion<LowerCase<CheckpointFormat>>();
        configurationBuilder.Properties<SealedText>().HaveConversion<SealedText.Converter>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Experiment>().ToTable("experiments").HasIndex(experiment => new { experiment.CreatedAt, experiment.Id });
        modelBuilder.Entity<Experiment>().Property(experiment => experiment.Folder).HasDefaultValue("");
        modelBuilder.Entity<Run>(run =>
        {
            run.ToTable("runs");
            run.HasIndex(row => new { row.CreatedAt, row.Id });
            run.HasIndex(row => new { row.Name, row.Id });
            run.HasIndex(row => new { row.ExperimentId, row.CreatedAt, row.Id });
            run.HasIndex(row => new { row.Status, row.Id });
            run.HasIndex(row => new { row.StartedAt, row.Id });
            run.HasIndex(row => new { row.EndedAt, row.Id });
            run.HasIndex(row => row.Id, "IX_runs_unranked").HasFilter("NOT ranked");
            run.HasIndex(row => new { row.CreatedAt, row.Id }, "IX_runs_pinned").HasFilter("pinned");
            run.HasIndex(row => row.DeletedAt).HasFilter("deleted_at IS NOT NULL");
        });
        modelBuilder.Entity<RunTag>(tag =>
        {
            tag.ToTable("run_tags").HasKey(row => new { row.RunId, row.Name });
        });
        modelBuilder.Entity<RunAttempt>().ToTable("attempts").HasKey(attempt => new { attempt.RunId, attempt.Number });
        modelBuilder.Entity<RunParam>(RunParam.Configure);
        modelBuilder.Entity<Series>(series =>
        {
            series.ToTable("series").HasIndex(row => new { row.RunId, row.Name }).IsUnique();
            series.HasIndex(row => row.OldestRaw);
            series.HasIndex(row => row.OldestMinute);
        });
        modelBuilder.Entity<BucketSummary>(BucketSummary.Configure);
        modelBuilder.Entity<MinuteSummary>(MinuteSummary.Configure);
        modelBuilder.Entity<Archive>(Archive.Configure);
        modelBuilder.Entity<Series>(Ranks.Configure);
        modelBuilder.Entity<Point>().ToTable("points").HasKey(point => new { point.SeriesId, point.Step, point.Seq });
        modelBuilder.Entity<LogLine>().ToTable("logs").HasIndex(line => new { line.RunId, line.Id });
        modelBuilder.Entity<Checkpoint>(Checkpoint.Configure);
        modelBuilder.Entity<Artifact>().ToTable("artifacts").HasIndex(artifact => new { artifact.RunId, artifact.Path }).IsUnique();
        modelBuilder.MapRememberedKeys();
        modelBuilder.MapAlerts();
        modelBuilder.MapMachines();
        Evaluation.Map(modelBuilder);
        modelBuilder.MapImports();
        Sweep.Configure(modelBuilder);
        Trainer.Configure(modelBuilder);
        SavedView.Configure(modelBuilder);

        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
        }
    }
}
