using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Mlflow.Protocol;
using Trainyard.ExperimentStore.Mlflow.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Security;

namespace Trainyard.ExperimentStore.Mlflow.Models;

/// <summary>A model that a client of MLflow 3 logs. It is deleted with its run.</summary>
internal sealed class LoggedModel : IOfRun
{
    public required string Id { get; init; }

    /// <summary>The run that produced it; empty if none did.</summary>
    public required string RunId { get; init; }

    public required string ExperimentId { get; init; }

    public required string Name { get; init; }

    public string? ModelType { get; init; }

    /// <summary>Whether its files are complete, in MLflow's words.</summary>
    public required string Status { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Keys and values, as JSON.</summary>
    public required string Params { get; set; }

    /// <summary>Keys and values, as JSON.</summary>
    public required string Tags { get; set; }

    /// <summary>The latest value of each metric on each data set, as JSON.</summary>
    public required string Metrics { get; set; }

    private string Owner => RunId.Length > 0 ? RunId : Id;

    /// <exception cref="TrainyardException">FORBIDDEN: the caller's key is bound to other runs or another experiment.</exception>
    public void RequireReadableBy(Caller caller) => RunAccess.RequireReadable(caller, Owner, ExperimentId);

    /// <exception cref="TrainyardException">FORBIDDEN: the caller's key is bound to other runs or another experiment.</exception>
    public void RequireWritableBy(Caller caller)
    {
        caller.RequireRun(Owner);
        caller.RequireExperiment(ExperimentId);
    }
}

/// <summary>A model that a run used or produced.</summary>
internal sealed class ModelLink : IOfRun
{
    public required string RunId { get; init; }

    public required string ModelId { get; init; }

    public required bool IsInput { get; init; }

    /// <summary>The step at which the run produced it.</summary>
    public long Step { get; init; }
}

internal static class ModelTables
{
    extension(StoreContext db)
    {
        public DbSet<LoggedModel> LoggedModels => db.Set<LoggedModel>();

        public DbSet<ModelLink> ModelLinks => db.Set<ModelLink>();
    }

    /// <summary>The model with this id if no run produced it: its files have a folder of their own.</summary>
    public static Task<LoggedModel?> FindModelWithoutRunAsync(
        this StoreContext db, string id, CancellationToken cancellationToken) =>
        id.StartsWith(ModelEndpoints.IdPrefix, StringComparison.Ordinal)
            ? db.LoggedModels.AsNoTracking().SingleOrDefaultAsync(model => model.Id == id && model.RunId == "", cancellationToken)
            : Task.FromResult<LoggedModel?>(null);

    public static async Task<ILookup<string, ModelLink>> ModelLinksAsync(
        this StoreContext db, string[] runIds, CancellationToken cancellationToken) =>
        (await db.ModelLinks.AsNoTracking().Where(link => runIds.Contains(link.RunId))
            .OrderBy(link => link.Step).ThenBy(link => link.ModelId).ToListAsync(cancellationToken)).ToLookup(link => link.RunId);

    /// <summary>Adds links that do not exist yet to a run whose row is locked.</summary>
    public static async Task AddModelLinksAsync(this StoreContext db, List<ModelLink> links, CancellationToken cancellationToken)
    {
        foreach (var link in links.DistinctBy(link => (link.ModelId, link.IsInput)))
        {
            if (await db.ModelLinks.FindAsync([link.RunId, link.ModelId, link.IsInput], cancellationToken) is null)
            {
                db.ModelLinks.Add(link);
            }
        }
    }

    /// <exception cref="MlflowException">There is no such model.</exception>
    public static async Task<LoggedModel> HeldModelAsync(this StoreContext db, string id, CancellationToken cancellationToken) =>
        await db.LockRows<LoggedModel>(id).SingleOrDefaultAsync(cancellationToken) ?? throw NoModel(id);

    public static MlflowException NoModel(string id) => MlflowException.Absent($"Logged model with ID '{id}' not found.");
}

internal sealed class LoggedModelConfiguration : IEntityTypeConfiguration<LoggedModel>
{
    public void Configure(EntityTypeBuilder<LoggedModel> builder)
    {
        builder.ToTable("mlflow_models");
        builder.HasIndex(model => new { model.ExperimentId, model.CreatedAt });
        builder.HasIndex(model => model.RunId);
    }
}

internal sealed class ModelLinkConfiguration : IEntityTypeConfiguration<ModelLink>
{
    public void Configure(EntityTypeBuilder<ModelLink> builder) =>
        builder.ToTable("mlflow_model_links").HasKey(link => new { link.RunId, link.ModelId, link.IsInput });
}
