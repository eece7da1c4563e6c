using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Mirror;

/// <summary>How much of a run the MLflow server has.</summary>
internal sealed class MirroredRun : IOfRun
{
    public required string RunId { get; init; }

    /// <summary>The server's address. Another server gets the run from its beginning.</summary>
    public required string Server { get; init; }

    /// <summary>
    /// A tag of the run on the server. It is stored here before the run is created there, so a run whose creation got no answer is found.
    /// </summary>
    public required string Mark { get; init; }

    /// <summary>The run's id on the server.</summary>
    public string? RemoteId { get; set; }

    /// <summary>Where the server keeps its files.</summary>
    public string? ArtifactUri { get; set; }

    /// <summary>The names of its parameters there, as JSON.</summary>
    public string Params { get; set; } = "[]";

    /// <summary>The names of its tags there, each with a hash of its value, as JSON.</summary>
    public string Tags { get; set; } = "{}";

    /// <summary>The paths of its files there, each with its size and time, as JSON.</summary>
    public string Files { get; set; } = "{}";

    /// <summary>Its name, status and end there.</summary>
    public string? State { get; set; }

    /// <summary>Why the server refused the run for good.</summary>
    public string? Failure { get; set; }
}

/// <summary>How much of a series the MLflow server has.</summary>
internal sealed class MirroredSeries : IOfRun
{
    public required long SeriesId { get; init; }

    public required string RunId { get; init; }

    /// <summary>The sequence number of its next point to send.</summary>
    public long Sent { get; set; }

    /// <summary>The highest step sent.</summary>
    public long LastStep { get; set; }
}

/// <summary>Up to when the MLflow server has all runs.</summary>
internal sealed class MirrorState
{
    public required string Server { get; init; }

    public required DateTimeOffset CompleteUntil { get; set; }
}

internal static class MirrorTables
{
    extension(StoreContext db)
    {
        public DbSet<MirroredRun> MirroredRuns => db.Set<MirroredRun>();

        public DbSet<MirroredSeries> MirroredSeries => db.Set<MirroredSeries>();

        public DbSet<MirrorState> MirrorStates => db.Set<MirrorState>();
    }
}

internal sealed class MirroredRunConfiguration : IEntityTypeConfiguration<MirroredRun>
{
    public void Configure(EntityTypeBuilder<MirroredRun> builder) => builder.ToTable("mirrored_runs").HasKey(row => row.RunId);
}

internal sealed class MirroredSeriesConfiguration : IEntityTypeConfiguration<MirroredSeries>
{
    public void Configure(EntityTypeBuilder<MirroredSeries> builder)
    {
        builder.ToTable("mirrored_series").HasKey(row => row.SeriesId);
        builder.Property(row => row.SeriesId).ValueGeneratedNever();
        builder.HasIndex(row => row.RunId);
    }
}

internal sealed class MirrorStateConfiguration : IEntityTypeConfiguration<MirrorState>
{
    public void Configure(EntityTypeBuilder<MirrorState> builder) => builder.ToTable("mirrors").HasKey(row => row.Server);
}
