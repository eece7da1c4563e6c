using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Trainyard.Contracts.Json;
using Trainyard.ExperimentStore.Experiments;
using Trainyard.ExperimentStore.Mlflow.Artifacts;
using Trainyard.ExperimentStore.Mlflow.Protocol;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Mlflow;
using Trainyard.ServiceDefaults.Security;
using static Trainyard.ExperimentStore.Mlflow.Protocol.MlflowJson;

namespace Trainyard.ExperimentStore.Mlflow.Experiments;

internal static class ExperimentEndpoints
{
    private const int MaxLocationCharacters = 4096;
    private const int IdDigits = 18;

    public static void MapExperiments(this IEndpointRouteBuilder api)
    {
        var experiments = api.MapGroup("/experiments");
        experiments.MapPost("/create", CreateAsync);
        experiments.MapGet("/get", GetAsync);
        experiments.MapGet("/get-by-name", GetByNameAsync);
        experiments.MapMethods("/search", [HttpMethods.Get, HttpMethods.Post], ExperimentSearch.RunAsync);
        experiments.MapPost("/update", RenameAsync);
        experiments.MapPost("/delete", DeleteAsync);
        experiments.MapPost("/restore", RestoreAsync);
        experiments.MapPost("/set-experiment-tag", SetTagAsync);
        experiments.MapPost("/delete-experiment-tag", DeleteTagAsync);
    }

    private sealed record Created(string ExperimentId);

    private sealed record Found(ExperimentView Experiment);

    private static async Task<JsonHttpResult<Created>> CreateAsync(
        HttpContext http, Database database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var request = await MlflowRequest.ReadAsync(http);
        var name = RequireName(request.RequiredText("name"));
        var location = Location(request.Text("artifact_location"));
        var tags = request.Pairs("tags");
        tags.ForEach(RequireTag);
        if (Caller.Of(http).Experiment is { } only)
        {
            throw new MlflowException(
                MlflowError.PermissionDenied, $"This API key may only write to experiment '{only}', and create no other.");
        }
        var now = clock.GetUtcNow();
        var id = await database.WriteAsync(async (db, token) =>
        {
            await RequireFreeAsync(db, name, except: null, token);
            var created = new Experiment
            {
                Id = NewId(),
                Name = name,
                CreatedAt = now,
                Tags = tags.Count == 0 ? null : Serialize(Latest(tags)),
            };
            db.Experiments.Add(created);
            db.MlflowExperiments.Add(new() { ExperimentId = created.Id, ArtifactLocation = location, UpdatedAt = now });
            return created.Id;
        }, cancellationToken);
        return Answer(new Created(id));
    }

    private static async Task<JsonHttpResult<Found>> GetAsync(HttpContext http, Database database, CancellationToken cancellationToken)
    {
        var id = (await MlflowRequest.ReadAsync(http)).RequiredText("experiment_id");
        return Answer(new Found(await database.ReadAsync(async (db, token) => await db.ViewAsync(id, token), cancellationToken)
            ?? throw ExperimentLookup.NoExperiment(id)));
    }

    private static async Task<JsonHttpResult<Found>> GetByNameAsync(
        HttpContext http, Database database, CancellationToken cancellationToken)
    {
        var name = (await MlflowRequest.ReadAsync(http)).RequiredText("experiment_name");
        return Answer(new Found(await database.ReadAsync(
            async (db, token) => await db.IdOfNameAsync(name, token) is { } id ? await db.ViewAsync(id, token) : null, cancellationToken)
            ?? throw MlflowException.Absent($"Could not find experiment with name '{name}'")));
    }

    private static async Task<JsonHttpResult<Nothing>> RenameAsync(
        HttpContext http, Database database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var request = await MlflowRequest.ReadAsync(http);
        var (id, name) = (request.RequiredText("experiment_id"), RequireName(request.RequiredText("new_name")));
        return await ChangeAsync(http, id, database, clock, async (db, experiment, token) =>
        {
            if (experiment.DeletedAt is not null)
            {
                throw MlflowException.Invalid("Cannot rename a non-active experiment.");
            }
            await RequireFreeAsync(db, name, except: id, token);
            experiment.Name = name;
        }, cancellationToken);
    }

    private static async Task<JsonHttpResult<Nothing>> DeleteAsync(
        HttpContext http, Database database, IEnumerable<IRemoval> removals, TimeProvider clock, CancellationToken cancellationToken)
    {
        var id = (await MlflowRequest.ReadAsync(http)).RequiredText("experiment_id");
        return await ChangeAsync(http, id, database, clock, async (db, experiment, token) =>
        {
            if (experiment.DeletedAt is not null)
            {
                throw ExperimentLookup.NoExperiment(id);
            }
            await experiment.DeleteAsync(db, withRuns: true, removals, clock.GetUtcNow(), token);
        }, cancellationToken);
    }

    private static async Task<JsonHttpResult<Nothing>> RestoreAsync(
        HttpContext http, Database database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var id = (await MlflowRequest.ReadAsync(http)).RequiredText("experiment_id");
        return await ChangeAsync(http, id, database, clock, async (db, experiment, token) =>
        {
            if (!await experiment.RestoreAsync(db, token))
            {
                throw ExperimentLookup.NoExperiment(id);
            }
        }, cancellationToken);
    }

    private static async Task<JsonHttpResult<Nothing>> SetTagAsync(
        HttpContext http, Database database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var request = await MlflowRequest.ReadAsync(http);
        var id = request.RequiredText("experiment_id");
        var tag = new KeyValue(request.RequiredText("key"), request.Text("value") ?? "");
        RequireTag(tag);
        return await ChangeAsync(http, id, database, clock, (db, experiment, token) =>
        {
            var tags = ExperimentView.TagsOf(experiment.Active());
            tags[tag.Key] = tag.Value;
            if (tags.Count > MlflowLimits.MaxTagsPerRun)
            {
                throw MlflowException.Invalid($"An experiment can have at most {MlflowLimits.MaxTagsPerRun} tags.");
            }
            experiment.Tags = Serialize(tags);
            return Task.CompletedTask;
        }, cancellationToken);
    }

    private static async Task<JsonHttpResult<Nothing>> DeleteTagAsync(
        HttpContext http, Database database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var request = await MlflowRequest.ReadAsync(http);
        var (id, key) = (request.RequiredText("experiment_id"), request.RequiredText("key"));
        return await ChangeAsync(http, id, database, clock, (db, experiment, token) =>
        {
            var tags = ExperimentView.TagsOf(experiment.Active());
            if (!tags.Remove(key))
            {
                throw MlflowException.Absent($"No tag with name: {key} in experiment with id {id}");
            }
            experiment.Tags = Serialize(tags);
            return Task.CompletedTask;
        }, cancellationToken);
    }

    private static async Task<JsonHttpResult<Nothing>> ChangeAsync(
        HttpContext http, string id, Database database, TimeProvider clock,
        Func<StoreContext, Experiment, CancellationToken, Task> change, CancellationToken cancellationToken)
    {
        Caller.Of(http).RequireExperiment(id);
        await database.WriteAsync(async (db, token) =>
        {
            var now = clock.GetUtcNow();
            await change(db, await db.HoldAsync(id, now, token), token);
            await db.TouchAsync(id, now, token);
        }, cancellationToken);
        return Empty;
    }

    /// <summary>Keeps other transactions from taking the name. MLflow's names are unique, deleted experiments included.</summary>
    private static async Task RequireFreeAsync(StoreContext db, string name, string? except, CancellationToken cancellationToken)
    {
        await db.ReserveAsync("experiment name", [name], cancellationToken);
        if (await db.IdOfNameAsync(name, cancellationToken) is { } other && other != except)
        {
            throw new MlflowException(MlflowError.ResourceAlreadyExists, $"Experiment(name={name}) already exists.");
        }
    }

    private static string RequireName(string name) => name.Length <= MlflowLimits.MaxExperimentNameCharacters
        ? name
        : throw MlflowLimits.TooLong("Experiment name", name, MlflowLimits.MaxExperimentNameCharacters);

    private static void RequireTag(KeyValue tag)
    {
        MlflowLimits.RequireName("tag", tag.Key);
        if (tag.Value.Length > MlflowLimits.MaxTagCharacters)
        {
            throw MlflowLimits.TooLong("Tag value", tag.Value, MlflowLimits.MaxTagCharacters);
        }
    }

    /// <summary>
    /// A location that clients write to themselves; null for the artifact proxy. As MLflow's server, resolves a path that is not absolute
    /// against the working directory.
    /// </summary>
    private static string? Location(string? given)
    {
        if (given is null or "" || given.StartsWith(ProxyPath.Scheme, StringComparison.Ordinal))
        {
            return null;
        }
        if (given.Length > MaxLocationCharacters || given.Contains('#', StringComparison.Ordinal)
            || given.Contains("..", StringComparison.Ordinal))
        {
            throw MlflowException.Invalid("'artifact_location' URL can't include fragments, params or '..'.");
        }
        return given.Contains(":/", StringComparison.Ordinal) ? given.TrimEnd('/') : Path.GetFullPath(given);
    }

    private static Dictionary<string, string> Latest(List<KeyValue> tags)
    {
        var latest = new Dictionary<string, string>(StringComparer.Ordinal);
        tags.ForEach(tag => latest[tag.Key] = tag.Value);
        return latest;
    }

    private static string Serialize(Dictionary<string, string> tags) => JsonSerializer.Serialize(tags, WireJson.Options);

    /// <summary>An id of digits, as MLflow's are: some programs parse them.</summary>
    private static string NewId() =>
        RandomNumberGenerator.GetString("123456789", 1) + RandomNumberGenerator.GetString("0123456789", IdDigits - 1);
}
