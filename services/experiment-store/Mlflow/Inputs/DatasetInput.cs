using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Trainyard.ExperimentStore.Mlflow.Protocol;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Mlflow.Inputs;

/// <summary>A data set that a run used. Runs of one experiment that used the same one have a row each.</summary>
internal sealed class RunDataset : IOfRun
{
    public required string RunId { get; init; }

    public required string Name { get; init; }

    public required string Digest { get; init; }

    /// <summary>The order in which the run logged it.</summary>
    public required int Position { get; init; }

    public required string SourceType { get; init; }

    public required string Source { get; init; }

    public string? Schema { get; init; }

    public string? Profile { get; init; }

    /// <summary>Tags of this use, as a JSON list of keys and values. The tag mlflow.data.context says what it was used for.</summary>
    public required string Tags { get; init; }
}

internal static class RunDatasetTable
{
    extension(StoreContext db)
    {
        public DbSet<RunDataset> RunDatasets => db.Set<RunDataset>();
    }

    /// <summary>The data sets of runs in MLflow's form, in the order in which they were logged.</summary>
    public static async Task<ILookup<string, DatasetInput>> DatasetInputsAsync(
        this StoreContext db, string[] runIds, CancellationToken cancellationToken)
    {
        var rows = await db.RunDatasets.AsNoTracking().Where(row => runIds.Contains(row.RunId))
            .OrderBy(row => row.Position).ToListAsync(cancellationToken);
        return rows.ToLookup(row => row.RunId, DatasetInput.Of);
    }
}

internal sealed class RunDatasetConfiguration : IEntityTypeConfiguration<RunDataset>
{
    public void Configure(EntityTypeBuilder<RunDataset> builder) =>
        builder.ToTable("mlflow_datasets").HasKey(row => new { row.RunId, row.Name, row.Digest });
}

/// <summary>A data set in MLflow's form.</summary>
internal sealed record DatasetView(string Name, string Digest, string SourceType, string Source, string? Schema, string? Profile);

/// <summary>The use of a data set in MLflow's form.</summary>
internal sealed record DatasetInput(IReadOnlyList<KeyValue> Tags, DatasetView Dataset)
{
    public const string Context = "mlflow.data.context";

    private const int MaxNameCharacters = 500;
    private const int MaxDigestCharacters = 36;
    private const int MaxTextCharacters = 65_535;
    private const int MaxProfileCharacters = 16_777_215;
    private const int MaxTagKeyCharacters = 255;
    private const int MaxTagValueCharacters = 500;

    public static DatasetInput Of(RunDataset row) => new(
        JsonSerializer.Deserialize<List<KeyValue>>(row.Tags, MlflowJson.Options) ?? [],
        new(row.Name, row.Digest, row.SourceType, row.Source, row.Schema, row.Profile));

    /// <summary>Reads a data set. Its lengths are checked by <see cref="Require()"/>.</summary>
    public static DatasetInput Of(MlflowRequest request)
    {
        var dataset = request.Part("dataset") ?? throw MlflowException.Missing("dataset");
        return new(request.Pairs("tags"), new(
            dataset.RequiredText("name"), dataset.RequiredText("digest"), dataset.RequiredText("source_type"),
            dataset.RequiredText("source"), dataset.Text("schema"), dataset.Text("profile")));
    }

    public void Require()
    {
        Require("Dataset name", Dataset.Name, MaxNameCharacters);
        Require("Dataset digest", Dataset.Digest, MaxDigestCharacters);
        Require("Dataset source", Dataset.Source, MaxTextCharacters);
        Require("Dataset source type", Dataset.SourceType, MaxDigestCharacters);
        Require("Dataset schema", Dataset.Schema ?? "", MaxTextCharacters);
        Require("Dataset profile", Dataset.Profile ?? "", MaxProfileCharacters);
        foreach (var tag in Tags)
        {
            Require("Input tag key", tag.Key, MaxTagKeyCharacters);
            Require("Input tag value", tag.Value, MaxTagValueCharacters);
        }
    }

    public RunDataset ToRow(string runId, int position) => new()
    {
        RunId = runId,
        Name = Dataset.Name,
        Digest = Dataset.Digest,
        Position = position,
        SourceType = Dataset.SourceType,
        Source = Dataset.Source,
        Schema = Dataset.Schema,
        Profile = Dataset.Profile,
        Tags = JsonSerializer.Serialize(Tags, MlflowJson.Options),
    };

    private static void Require(string what, string text, int limit)
    {
        if (text.Length > limit)
        {
            throw MlflowLimits.TooLong(what, text, limit);
        }
    }
}
