using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts;
using Trainyard.ExperimentStore.Mlflow.Artifacts;
using Trainyard.ExperimentStore.Mlflow.Protocol;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Mlflow.Experiments;

/// <summary>An experiment in MLflow's form.</summary>
internal sealed record ExperimentView(
    string ExperimentId, string Name, string ArtifactLocation, string LifecycleStage, long? LastUpdateTime, long? CreationTime,
    IReadOnlyList<KeyValue> Tags)
{
    public const string Active = "active";
    public const string Deleted = "deleted";

    public static string Stage(DateTimeOffset? deletedAt) => deletedAt is null ? Active : Deleted;

    public static ExperimentView Of(Experiment experiment, MlflowExperiment? extra)
    {
        var created = experiment.CreatedAt.ToUnixTimeMilliseconds();
        return new(
            experiment.Id, experiment.Name, extra?.ArtifactLocation ?? ProxyLocation(experiment.Id), Stage(experiment.DeletedAt),
            extra?.UpdatedAt.ToUnixTimeMilliseconds() ?? created, created,
            [.. TagsOf(experiment).Select(tag => new KeyValue(tag.Key, tag.Value))]);
    }

    public static Dictionary<string, string> TagsOf(Experiment experiment) => experiment.Tags is null ? [] :
        JsonSerializer.Deserialize<Dictionary<string, string>>(experiment.Tags) ?? [];

    public static string ProxyLocation(string experimentId) => $"{ProxyPath.Scheme}/{experimentId}";
}

/// <summary>
/// MLflow's experiment for runs without one. It exists for MLflow's clients from the start, and gets a row once a client uses it.
/// </summary>
internal static class DefaultExperiment
{
    public const string Id = "0";
    public const string Name = "Default";

    public static ExperimentView View { get; } =
        new(Id, Name, ExperimentView.ProxyLocation(Id), ExperimentView.Active, LastUpdateTime: null, CreationTime: null, []);
}

internal static class ExperimentLookup
{
    public static MlflowException NoExperiment(string id) => MlflowException.Absent($"No Experiment with id={id} exists");

    public static async Task<ExperimentView?> ViewAsync(this StoreContext db, string id, CancellationToken cancellationToken)
    {
        var found = Identifier.IsValid(id)
            ? await db.Experiments.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken) : null;
        if (found is null)
        {
            return id == DefaultExperiment.Id ? DefaultExperiment.View : null;
        }
        return ExperimentView.Of(found, await db.MlflowExperiments.FindAsync([id], cancellationToken));
    }

    /// <summary>The experiment of this name: an active one rather than a deleted one, and the oldest of several.</summary>
    public static async Task<string?> IdOfNameAsync(this StoreContext db, string name, CancellationToken cancellationToken)
    {
        var found = await db.Experiments.Where(row => row.Name == name)
            .OrderBy(row => row.DeletedAt != null).ThenBy(row => row.CreatedAt).ThenBy(row => row.Id)
            .Select(row => row.Id).FirstOrDefaultAsync(cancellationToken);
        var isDefault = found is null && name == DefaultExperiment.Name
            && !await db.Experiments.AnyAsync(row => row.Id == DefaultExperiment.Id, cancellationToken);
        return isDefault ? DefaultExperiment.Id : found;
    }

    /// <summary>Locks an experiment. Creates the default experiment's row.</summary>
    /// <exception cref="MlflowException">There is no such experiment.</exception>
    public static async Task<Experiment> HoldAsync(
        this StoreContext db, string id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (Identifier.IsValid(id) && await db.LockExperiment(id).SingleOrDefaultAsync(cancellationToken) is { } found)
        {
            return found;
        }
        if (id != DefaultExperiment.Id)
        {
            throw NoExperiment(id);
        }
        await db.ReserveAsync("experiment", [id], cancellationToken);
        if (await db.LockExperiment(id).SingleOrDefaultAsync(cancellationToken) is { } meanwhile)
        {
            return meanwhile;
        }
        var added = new Experiment { Id = id, Name = DefaultExperiment.Name, CreatedAt = now };
        db.Experiments.Add(added);
        return added;
    }

    /// <summary>Requires an experiment to be active.</summary>
    public static Experiment Active(this Experiment experiment) => experiment.DeletedAt is null
        ? experiment
        : throw MlflowException.Invalid(
            $"The experiment {experiment.Id} must be in the 'active' state. Current state is {ExperimentView.Deleted}.");

    /// <summary>Notes the time of a client's change to a locked experiment.</summary>
    public static async Task TouchAsync(this StoreContext db, string id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await db.MlflowExperiments.FindAsync([id], cancellationToken) is { } known)
        {
            known.UpdatedAt = now;
        }
        else
        {
            db.MlflowExperiments.Add(new() { ExperimentId = id, UpdatedAt = now });
        }
    }
}
