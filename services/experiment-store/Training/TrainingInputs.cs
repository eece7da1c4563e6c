using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Training;
using Trainyard.ExperimentStore.Artifacts.Checkpoints;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.FilePaths;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.ExperimentStore.Training;

/// <summary>Why an input that a config names can't be used.</summary>
internal sealed record InputRefusal(ErrorCode Code, string Field, string Message);

/// <summary>Checks the inputs of a config before the run is queued, rather than on the worker an hour later.</summary>
internal sealed class TrainingInputs(AppPaths paths, CheckpointPaths checkpoints)
{
    public InputRefusal? CheckTokenizer(string tokenizerId)
    {
        if (!Identifier.IsValid(tokenizerId))
        {
            return new(ErrorCode.ConfigInvalid, "tokenizer_id", Identifier.Rule);
        }
        return TextIn(Path.Combine(paths.Tokenizer(tokenizerId), "manifest.json"), "status") switch
        {
            "completed" => null,
            null => new(ErrorCode.TokenizerNotFound, "tokenizer_id", $"names no tokenizer: '{tokenizerId}'"),
            "failed" => new(ErrorCode.ConfigInvalid, "tokenizer_id", $"names a tokenizer whose training failed: '{tokenizerId}'"),
            _ => new(ErrorCode.ConfigInvalid, "tokenizer_id", $"names a tokenizer that is still training: '{tokenizerId}'"),
        };
    }

    public InputRefusal? CheckCorpus(string path) => CheckText(path, "corpus_path");

    /// <summary>Checks the text that a member of a request names.</summary>
    public InputRefusal? CheckText(string path, string member)
    {
        if (path.Length == 0)
        {
            return null;
        }
        try
        {
            paths.ResolveInput(path, member);
            return null;
        }
        catch (TrainyardException refused)
        {
            return new(refused.Code, member, refused.Message);
        }
    }

    /// <summary>Checks the folder of the model that a config begins with. The worker checks shapes and weights.</summary>
    public InputRefusal? CheckPretrained(TrainingConfig config)
    {
        const string Member = "pretrained_path";
        if (config.PretrainedPath is not { Length: > 0 } path)
        {
            return null;
        }
        if (CheckText(path, Member) is { } refusal)
        {
            return refusal;
        }
        var file = Path.Combine(paths.ResolveInput(path, Member), "config.json");
        if (ContainedPath.Resolve(paths.CorpusRoot, file) is null || !File.Exists(file))
        {
            return new(ErrorCode.CheckpointInvalid, Member, $"has no config.json, so it is no folder in Hugging Face's format: '{path}'");
        }
        if (TextIn(file, "model_type") is not { Length: > 0 } type)
        {
            return new(ErrorCode.CheckpointInvalid, Member, $"has a config.json without a model_type: '{path}'");
        }
        var family = ModelFamilyTraits.ByName.FirstOrDefault(known => known.Value.ModelTypes.Contains(type, StringComparer.Ordinal)).Key;
        return family is null
            ? new(ErrorCode.CheckpointInvalid, Member, $"holds a model of type '{type}', which no model_family can train")
            : family == config.ModelFamily
                ? null
                : new(ErrorCode.ConfigInvalid, "model_family", $"must be '{family}' for the model at pretrained_path");
    }

    /// <summary>Resolves a run or checkpoint id to a checkpoint folder below the artifacts root.</summary>
    public async Task<(string? Path, InputRefusal? Refusal)> ResolveStartAsync(
        StoreContext db, string? startFrom, CancellationToken cancellationToken)
    {
        if (startFrom is null || !Identifier.IsValid(startFrom))
        {
            return (null, null);
        }
        var checkpoint = await db.Checkpoints.SingleOrDefaultAsync(row => row.Id == startFrom, cancellationToken)
            ?? await BestAsync(db, startFrom, cancellationToken);
        if (checkpoint is null)
        {
            return (null, new(ErrorCode.CheckpointInvalid, "start_from", $"names neither a checkpoint nor a run with one: '{startFrom}'"));
        }
        if (await db.Runs.AnyAsync(run => run.Id == checkpoint.RunId && run.DeletedAt != null, cancellationToken))
        {
            return (null, new(ErrorCode.CheckpointInvalid, "start_from",
                $"names a checkpoint of run {checkpoint.RunId}, which is deleted; restore the run first"));
        }
        if (checkpoint.Validation is CheckpointValidation.Invalid)
        {
            return (null, new(ErrorCode.CheckpointInvalid, "start_from",
                $"names a checkpoint that can't be used: '{startFrom}'; its problems say why"));
        }
        return checkpoints.FolderOf(checkpoint) is { } folder
            ? (folder, null)
            : (null, new(ErrorCode.CheckpointInvalid, "start_from", $"names a checkpoint that is no longer on disk: '{startFrom}'"));
    }

    private static async Task<Checkpoint?> BestAsync(StoreContext db, string runId, CancellationToken cancellationToken) =>
        await db.Checkpoints
        .Where(checkpoint => checkpoint.RunId == runId)
        .OrderByDescending(checkpoint => checkpoint.IsBest)
        .ThenByDescending(checkpoint => checkpoint.Step)
        .FirstOrDefaultAsync(cancellationToken);

    /// <summary>A member of a JSON file; empty if it has none, null without a file.</summary>
    private static string? TextIn(string path, string member)
    {
        if (!File.Exists(path))
        {
            return null;
        }
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            return json.RootElement.ValueKind is JsonValueKind.Object && json.RootElement.TryGetProperty(member, out var text)
                && text.ValueKind is JsonValueKind.String
                ? text.GetString() ?? ""
                : "";
        }
        catch (JsonException)
        {
            // It is no JSON, or still being written.
            return "";
        }
    }
}
