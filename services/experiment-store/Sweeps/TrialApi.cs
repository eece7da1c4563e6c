using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.Training;
using Trainyard.ExperimentStore.Experiments;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Sweeps.Trainers;
using Trainyard.ExperimentStore.Training;
using Trainyard.ServiceDefaults.OpenApi;

namespace Trainyard.ExperimentStore.Sweeps;

/// <summary>A trial outside any sweep: the body of <c>POST /api/experiments/{id}/trials</c>.</summary>
internal sealed record NewTrial
{
    /// <summary>Its run's id; generated when omitted. A repeated request with an id is refused and starts nothing twice.</summary>
    [JsonConverter(typeof(IdentifierConverter))]
    public string? TrialId { get; init; }

    /// <summary><c>own</c> (the default) or the name of a registered trainer.</summary>
    public string Trainer { get; init; } = Sweep.Own;

    /// <summary>Its run's name; the id when omitted.</summary>
    public string? Name { get; init; }

    /// <summary>A training config for Trainyard's own trainer, any object for others.</summary>
    public JsonElement? Hyperparams { get; init; }
}

/// <summary>The trial that was queued.</summary>
internal sealed record TrialQueued(string TrialId);

internal static class TrialApi
{
    private const int MaxNameCharacters = 256;

    public static void MapTrials(this IEndpointRouteBuilder endpoints) => endpoints
        .MapPost("/experiments/{experimentId}/trials", CreateAsync)
        .WithTags("Sweeps")
        .WithName("CreateTrial")
        .WithSummary("Train one trial: told to a registered trainer, or queued for Trainyard's own")
        .WithMetadata(new RequestSizeLimitAttribute(100_000))
        .WithErrors(
            ErrorCode.IllegalTransition, ErrorCode.TokenizerNotFound, ErrorCode.DataNotFound, ErrorCode.PathForbidden,
            ErrorCode.CheckpointInvalid)
        .WithRequestExample("""{"trainer":"gpu-box","name":"with spectral norm","hyperparams":{"lr":0.001,"spectral_norm":true}}""")
        .WithResponseExample("""{"trial_id":"run-8w2c4d6f8h0k"}""", StatusCodes.Status202Accepted);

    private static async Task<Accepted<TrialQueued>> CreateAsync(
        string experimentId, NewTrial trial, Database database, TrialLauncher launcher, TrainingInputs inputs, SweepSignals signals,
        CancellationToken cancellationToken)
    {
        var problems = Problems(trial).ToList();
        var id = trial.TrialId ?? Identifier.Create("run");
        var hyperparameters = trial.Hyperparams is { ValueKind: JsonValueKind.Object } given ? JsonObject.Create(given) ?? [] : [];
        await database.WriteAsync(async (db, token) =>
        {
            await db.ExperimentAsync(experimentId, token);
            if (trial.Trainer != Sweep.Own && !await db.Trainers.AnyAsync(registered => registered.Name == trial.Trainer, token))
            {
                problems.Add(new("trainer", trial.Trainer == Sweep.External
                    ? "can't be external: a program that trains by itself needs no trial, it posts ml.run.start"
                    : "must be own or the name of a registered trainer"));
            }
            TrainyardException.ThrowIfAny([.. problems]);
            if (await db.Runs.AnyAsync(existing => existing.Id == id, token))
            {
                throw new TrainyardException(ErrorCode.IllegalTransition, $"Run '{id}' already exists.");
            }
            var name = trial.Name ?? id;
            if (trial.Trainer == Sweep.Own)
            {
                var (config, startPath) = await ConfigAsync(db, experimentId, name, hyperparameters, inputs, token);
                launcher.Queue(db, id, config, startPath);
            }
            else
            {
                launcher.Announce(db, new(id, name, experimentId, hyperparameters), trial.Trainer);
            }
        }, cancellationToken);
        signals.Set();
        return TypedResults.Accepted($"/api/runs/{id}", new TrialQueued(id));
    }

    /// <summary>The checked training config of a trial for our own trainer, and the folder it starts from.</summary>
    private static async Task<(TrainingConfig Config, string? StartPath)> ConfigAsync(
        StoreContext db, string experimentId, string name, JsonObject hyperparameters, TrainingInputs inputs,
        CancellationToken cancellationToken)
    {
        hyperparameters["experiment_id"] = experimentId;
        hyperparameters["name"] = name;
        var (config, misfit) = InternalTrials.Config(hyperparameters);
        if (config is null)
        {
            throw new TrainyardException(
                ErrorCode.ConfigInvalid, [misfit is null ? new("hyperparams", "can't be read") : Within(misfit)]);
        }
        var (code, problems, startPath) = await TrainApi.CheckAsync(db, config, inputs, cancellationToken);
        return code is { } refused
            ? throw new TrainyardException(refused, [.. problems.Select(Within)])
            : (config, startPath);
    }

    private static Problem Within(Problem problem) => problem with { Field = $"hyperparams.{problem.Field}" };

    private static IEnumerable<Problem> Problems(NewTrial trial)
    {
        if (trial.TrialId is { } id && !Identifier.IsValid(id))
        {
            yield return new("trial_id", Identifier.Rule);
        }
        if (trial.Name is { } name && (name.Length is 0 or > MaxNameCharacters || !StorableText.IsClean(name)))
        {
            yield return new("name", $"must have 1 to {MaxNameCharacters} characters");
        }
        if (trial.Hyperparams is { ValueKind: not (JsonValueKind.Object or JsonValueKind.Null) })
        {
            yield return new("hyperparams", "must be an object");
        }
    }
}
