using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.MetricSeries;
using Trainyard.MetricSeries.Retention;
using Trainyard.MetricSeries.Summaries;

namespace Trainyard.ExperimentStore.Metrics;

internal static class SeriesTables
{
    extension(StoreContext db)
    {
        public DbSet<Series> Series => db.Set<Series>();

        public DbSet<Point> Points => db.Set<Point>();

        public DbSet<BucketSummary> Summaries => db.Set<BucketSummary>();

        public DbSet<MinuteSummary> Minutes => db.Set<MinuteSummary>();

        public DbSet<Archive> Archives => db.Set<Archive>();

        /// <summary>Locks the series' run and returns the series, or null if either is deleted.</summary>
        public async Task<Series?> LockSeriesAsync(long seriesId, CancellationToken cancellationToken)
        {
            var runId = await db.Series.Where(series => series.Id == seriesId).Select(series => series.RunId)
                .FirstOrDefaultAsync(cancellationToken);
            return runId is not null
                && await db.LockRuns(runId).AsNoTracking().SingleOrDefaultAsync(cancellationToken) is { DeletedAt: null }
                ? await db.Series.AsNoTracking().SingleOrDefaultAsync(series => series.Id == seriesId, cancellationToken)
                : null;
        }
    }
}

internal sealed class SeriesConfiguration : IEntityTypeConfiguration<Series>
{
    public void Configure(EntityTypeBuilder<Series> builder)
    {
        builder.ToTable("series").HasIndex(series => new { series.RunId, series.Name }).IsUnique();
        builder.HasIndex(series => series.OldestRaw);
        builder.HasIndex(series => series.OldestMinute);
        // Unfiltered, since it also finds runs that have a metric, and those whose last value is NaN.
        builder.HasIndex(series => new { series.Name, series.SortLast, series.RunId });
        builder.HasIndex(series => new { series.Name, series.SortMin, series.RunId }).HasFilter("sort_min IS NOT NULL");
        builder.HasIndex(series => new { series.Name, series.SortMax, series.RunId }).HasFilter("sort_max IS NOT NULL");
    }
}

internal sealed class PointConfiguration : IEntityTypeConfiguration<Point>
{
    public void Configure(EntityTypeBuilder<Point> builder) =>
        builder.ToTable("points").HasKey(point => new { point.SeriesId, point.Step, point.Seq });
}

internal sealed class BucketSummaryConfiguration : IEntityTypeConfiguration<BucketSummary>
{
    public void Configure(EntityTypeBuilder<BucketSummary> builder)
    {
        builder.ToTable("summaries").HasKey(bucket => new { bucket.SeriesId, bucket.Level, bucket.Bucket, bucket.Attempt });
        builder.Ignore(bucket => bucket.Key);
        builder.Ignore(bucket => bucket.Mean);
    }
}

internal sealed class MinuteSummaryConfiguration : IEntityTypeConfiguration<MinuteSummary>
{
    public void Configure(EntityTypeBuilder<MinuteSummary> builder)
    {
        builder.ToTable("minutes").HasKey(minute => new { minute.SeriesId, minute.Minute, minute.Attempt, minute.Replaced });
        builder.HasIndex(minute => new { minute.SeriesId, minute.LastStep });
        builder.Ignore(minute => minute.Key);
        builder.Ignore(minute => minute.Mean);
    }
}

internal sealed class ArchiveConfiguration : IEntityTypeConfiguration<Archive>
{
    public void Configure(EntityTypeBuilder<Archive> builder) =>
        builder.ToTable("archives").HasIndex(archive => new { archive.SeriesId, archive.LastStep });
}
