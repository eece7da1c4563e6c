using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.Training;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Training.Evaluations;
using Trainyard.ServiceDefaults.OpenApi;

namespace Trainyard.ExperimentStore.Training;

/// <summary>The run that was queued.</summary>
internal sealed record RunQueued(string RunId);

internal static class TrainApi
{
    public static void MapTraining(this IEndpointRouteBuilder endpoints) => endpoints.MapPost("/runs/train", TrainAsync)
        .WithTags("Runs")
        .WithName("TrainModel")
        .WithSummary("Queue a run that trains a model")
        .WithMetadata(new RequestSizeLimitAttribute(1_000_000))
        .WithErrors(ErrorCode.TokenizerNotFound, ErrorCode.DataNotFound, ErrorCode.PathForbidden, ErrorCode.CheckpointInvalid)
        .WithRequestExample("""
            {"tokenizer_id":"tok-4f9k2m7qx1tz","corpus_path":"my-text","model_size":"tiny","num_epochs":3,"learning_rate":0.001}
            """)
        .WithResponseExample("""{"run_id":"run-4f9k2m7qx1tz"}""", StatusCodes.Status202Accepted);

    private static async Task<Accepted<RunQueued>> TrainAsync(
        TrainingConfig config, Database database, TrainingInputs inputs, IOptions<RunOptions> options, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var (code, problems, startPath) = await database.ReadAsync((db, token) => CheckAsync(db, config, inputs, token), cancellationToken);
        if (code is { } refused)
        {
            throw new TrainyardException(refused, problems);
        }

        var id = Identifier.Create("run");
        await database.WriteAsync((db, _) => Task.FromResult(Store(db, id, config, startPath, options.Value, clock.GetUtcNow())),
            cancellationToken);
        return TypedResults.Accepted($"/api/runs/{id}", new RunQueued(id));
    }

    /// <summary>All problems of a config, and the folder it starts from.</summary>
    public static async Task<(ErrorCode? Code, List<Problem> Problems, string? StartPath)> CheckAsync(
        StoreContext db, TrainingConfig config, TrainingInputs inputs, CancellationToken cancellationToken)
    {
        var problems = config.Validate().ToList();
        var code = problems.Count > 0 ? ErrorCode.ConfigInvalid : (ErrorCode?)null;
        var readsText = ModelFamilyTraits.ByName.GetValueOrDefault(config.ModelFamily) is not { IsLanguageModel: false };
        if (readsText && (config.PretrainedPath is null || config.TokenizerId.Length > 0))
        {
            code = Collect(inputs.CheckTokenizer(config.TokenizerId), problems, code);
        }
        code = Collect(inputs.CheckPretrained(config), problems, code);
        code = Collect(inputs.CheckCorpus(config.CorpusPath), problems, code);
        code = Collect(inputs.CheckText(config.EvalPromptsPath ?? "", "eval_prompts_path"), problems, code);
        var start = await inputs.ResolveStartAsync(db, config.StartFrom, cancellationToken);
        code = Collect(start.Refusal, problems, code);
        var knowsExperiment = config.ExperimentId is not { } experiment || !Identifier.IsValid(experiment)
            || await db.Experiments.AnyAsync(row => row.Id == experiment && row.DeletedAt == null, cancellationToken);
        var unknown = new InputRefusal(ErrorCode.DataNotFound, "experiment_id", $"names no experiment: '{config.ExperimentId}'");
        code = Collect(knowsExperiment ? null : unknown, problems, code);
        return (code, problems, start.Path);
    }

    /// <summary>Adds a problem. The code is the one that all problems share, otherwise CONFIG_INVALID.</summary>
    private static ErrorCode? Collect(InputRefusal? refusal, List<Problem> problems, ErrorCode? code)
    {
        if (refusal is null)
        {
            return code;
        }
        // One problem per member is enough.
        if (problems.All(known => known.Field != refusal.Field))
        {
            problems.Add(new(refusal.Field, refusal.Message));
        }
        return code is null || code == refusal.Code ? refusal.Code : ErrorCode.ConfigInvalid;
    }

    /// <summary>Queues a run with a checked config.</summary>
    public static Run Store(
        StoreContext db, string id, TrainingConfig config, string? startFromPath, RunOptions options, DateTimeOffset now)
    {
        var run = new Run
        {
            Id = id,
            Name = config.Name is { Length: > 0 } name ? StorableText.Clean(name, 256) : id,
            Kind = RunKind.Own,
            Status = RunStatus.Queued,
            ExperimentId = config.ExperimentId,
            Source = "trainyard",
            SpectralNorm = config.SpectralNorm,
            Config = JsonSerializer.Serialize(config, WireJson.Options),
            Notes = StorableText.CleanOrNull(config.Notes, 65_536),
            TotalSteps = config.MaxSteps,
            StartFromPath = startFromPath,
            CreatedAt = now,
            UpdatedAt = now,
        };
        run.Add(db, now);
        run.Offer(db, options, now);
        db.Tags.AddRange((config.Tags ?? new Dictionary<string, string>(StringComparer.Ordinal)).Select(tag => new RunTag
        {
            RunId = id,
            Name = StorableText.Clean(tag.Key, TagLimits.MaxName),
            Value = StorableText.Clean(tag.Value, TagLimits.MaxValue),
        }));
        return run;
    }
}
